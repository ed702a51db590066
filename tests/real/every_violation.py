"""Runs tuningfork with a report of every violation of a claim; a report has the first different ones."""

from __future__ import annotations

import sys

from tuningfork import cli
from tuningfork.report import verdicts

if __name__ == "__main__":
    verdicts.MAX_VIOLATIONS_SHOWN = sys.maxsize
    verdicts._distinct = list
    cli.main()
