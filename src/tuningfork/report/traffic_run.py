"""One run of `tuningfork check`: judges exchanges, reports them, and counts what was found."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import IO, Protocol

from tuningfork.checks.series.judge import SeriesJudge
from tuningfork.model import Claim
from tuningfork.report.checked_exchange import CheckedExchange
from tuningfork.report.exit_codes import Exit
from tuningfork.report.readers.exchange_lines import split_lines
from tuningfork.report.recorded_exchange import TrafficError, UnknownFormatError
from tuningfork.report.traffic_files import STANDARD_INPUT
from tuningfork.report.traffic_judge import JudgedExchange, TrafficJudge
from tuningfork.report.traffic_report import Disclosures
from tuningfork.report.traffic_totals import TrafficTotals

LOOKAHEAD = 500
"""Exchanges of files that are read before one is reported, so that their secrets are known."""


class Report(Protocol):
    """Where the exchanges are reported."""

    def add(self, checked: CheckedExchange) -> None:
        """Report an exchange."""

    def end(self, totals: TrafficTotals, errors: Iterable[str]) -> None:
        """Report the totals, and why not everything was read."""


class TrafficRun:
    """Judges and reports any number of exchanges in bounded memory.

    Args:
        judge: checks the exchanges.
        report: where they are reported.
        disclosures: learns the secrets of the exchanges before one is reported.
    """

    def __init__(self, judge: TrafficJudge, report: Report, disclosures: Disclosures) -> None:
        self._judge, self._report, self._disclosures = judge, report, disclosures
        self._waiting: deque[CheckedExchange] = deque()
        self._series: dict[str, SeriesJudge] = defaultdict(SeriesJudge)
        self.totals = TrafficTotals()
        self.errors: list[str] = []
        self.is_interrupted = False

    def check_file(self, path: Path, *, is_named: bool) -> None:
        """Check the exchanges of a file; one in a folder may have another format, and is then not read.

        Claims about several exchanges are judged within a file, since each may be of another time.
        """
        self._series.clear()
        try:
            self._add(self._judge.judge_file(path), LOOKAHEAD)
        except UnknownFormatError as error:
            if is_named:
                self.errors.append(str(error))
            else:
                self.totals.other_files += 1
        except TrafficError as error:
            self.errors.append(str(error))
        except KeyboardInterrupt:
            self.is_interrupted = True

    def check_stream(self, file: IO[bytes]) -> None:
        """Check lines and report each one at once, until the end of the file or an interrupt."""
        try:
            self._add(self._judge.judge_stream(split_lines(STANDARD_INPUT, file)), 0)
        except TrafficError as error:
            self.errors.append(str(error))
        except KeyboardInterrupt:
            pass  # the usual end of a stream

    def end(self) -> None:
        """Report what is left, and the totals."""
        self._report_all_but(0)
        self._report.end(self.totals, self.problems)

    @property
    def problems(self) -> list[str]:
        """Why not everything was checked, a sentence each."""
        return [*self.errors, *(["interrupted; not everything was checked"] if self.is_interrupted else [])]

    def exit_code(self, claims: Mapping[str, Claim]) -> Exit:
        """Return the exit code of the command."""
        if self.errors:
            return Exit.REFUSED
        if self.is_interrupted:
            return Exit.INTERRUPTED
        if not self.totals.verifies_anything:
            return Exit.NOTHING_VERIFIED
        return Exit.FAILED if self.totals.breaks_a_must(claims) else Exit.OK

    def _add(self, exchanges: Iterable[JudgedExchange], lookahead: int) -> None:
        """Count exchanges, and report each one when `lookahead` others have been read."""
        for each in exchanges:
            self._disclosures.learn(each.secrets)
            checked = self._judged_with_others(each.checked)
            self.totals.add(checked)
            self._waiting.append(checked)
            self._report_all_but(lookahead)

    def _judged_with_others(self, checked: CheckedExchange) -> CheckedExchange:
        """Return an exchange with the findings that earlier exchanges of its API contribute to."""
        if checked.observation is None:
            return checked
        where = f"{checked.recorded.file}, {checked.recorded.number}"
        found = self._series[checked.api].judge(checked.observation, where)
        return replace(checked, findings=(*checked.findings, *found), observation=None)

    def _report_all_but(self, count: int) -> None:
        """Report the exchanges that wait, except the last ones."""
        while len(self._waiting) > count:
            self._report.add(self._waiting.popleft())
