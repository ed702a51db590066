"""The benchmark of an exchange sends, records and judges exchanges; each without violations."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[2]
WITHOUT_BOUNDS = ("--most", "inf", "--least", "0")


@pytest.mark.parametrize("pages", [(), ("--distinct",)], ids=["same page", "distinct pages"])
def test_benchmark_of_an_exchange_prints_both_ratios(pages: tuple[str, ...]) -> None:
    command = [sys.executable, "-m", "benchmarks.exchange_cost", "--exchanges", "4", "--rounds", "1"]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(REPOSITORY / "src"), str(REPOSITORY)])}

    result = subprocess.run(
        [*command, *WITHOUT_BOUNDS, *pages], capture_output=True, text=True, env=environment, cwd=REPOSITORY
    )

    assert result.returncode == 0, result.stdout + result.stderr
    assert "served: " in result.stdout
    assert "in process: " in result.stdout
