"""Adds the API of this folder to the installed ones."""

from __future__ import annotations

from pathlib import Path

from tuningfork import apis

apis.__path__.append(str(Path(__file__).parent / "apis"))
