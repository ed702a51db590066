"""Runs tuningfork with a report of every violation of a claim; a report has the first different ones."""

from __future__ import annotations

from unittest import mock

from tuningfork import cli
from tuningfork.report import verdicts

if __name__ == "__main__":
    with mock.patch.object(verdicts, "most_important", list):
        cli.main()
