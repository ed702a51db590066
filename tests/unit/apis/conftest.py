"""Makes the support modules of the suites importable, as pytest does when it collects a suite."""

from __future__ import annotations

import sys
from pathlib import Path
from types import ModuleType

SUITES = ModuleType("suites")
SUITES.__path__ = [str(Path(__file__).parents[3] / "suites")]
sys.modules.setdefault("suites", SUITES)
