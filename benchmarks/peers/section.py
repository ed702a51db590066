"""The benchmark's section of docs/performance.md, between two comments."""

from __future__ import annotations

import os
import platform
from collections.abc import Iterable, Sequence
from importlib.metadata import version
from pathlib import Path

from benchmarks.peers.figures import Kills, Medians, complete, healthy, kills, medians
from benchmarks.peers.judges import EXAMPLES, PHASES, SEED, Judge
from benchmarks.peers.postman import PACKAGES
from benchmarks.peers.rows import Rows

from tuningfork.audit.fault import MockPatch
from tuningfork.report.results import write_text

BEGIN, END = "<!-- peers:begin -->", "<!-- peers:end -->"


def write(file: Path, text: str) -> None:
    """Replace what is between the comments of a file; raise ValueError if they are not there."""
    before, _, rest = file.read_text(encoding="utf-8").partition(BEGIN)
    _, marker, after = rest.partition(END)
    if not marker:
        raise ValueError(f"{file}: the comments {BEGIN} and {END} are missing; add them in this order.")
    write_text(f"{before}{BEGIN}\n{text}\n{END}{after}", file)


def section(
    rows: Rows, judges: Sequence[Judge], apis: Sequence[str], faults: Sequence[MockPatch], command: str
) -> str:
    """Return the text of the section."""
    tried = complete(rows, [judge for judge in judges if _judges_faults(judge, rows)], faults)
    parts = [_how(rows, command), _times(rows, judges, apis)]
    if tried:
        parts += [_chosen(tried, rows), _kills(rows, judges, tried)]
    return "\n\n".join(parts)


def _judges_faults(judge: Judge, rows: Rows) -> bool:
    """Return whether a judge finds faults and could be run here."""
    return judge.finds_faults and any(row.requests for row in rows.rows if row.judge == judge.name)


def _how(rows: Rows, command: str) -> str:
    """Return on what machine and with which versions the benchmark ran."""
    return (
        f"`{command}` on {os.cpu_count()} cores ({_processor()}), Python {platform.python_version()}, commit "
        f"`{rows.commit[:12]}`;\nSchemathesis {version('schemathesis')} (`--phases {PHASES} -n {EXAMPLES} "
        f"-w 1 --seed {SEED} --continue-on-failure`),\n{', '.join(PACKAGES)}, requests {version('requests')}."
    )


def _processor() -> str:
    """Return the name of the processor."""
    file = Path("/proc/cpuinfo")
    lines = file.read_text(encoding="utf-8").splitlines() if file.is_file() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return next(iter(names), platform.machine())


def _times(rows: Rows, judges: Sequence[Judge], apis: Sequence[str]) -> str:
    """Return the table of the runs without a fault."""
    head = ["API", "judge", "runs", "seconds", "processor seconds", "requests", "reports"]
    lines = [
        [api, judge.name, *_cells(medians(healthy(rows, judge.name, api)), finds=judge.finds_faults)]
        for api in apis
        for judge in judges
        if not judge.stops_early
    ]
    return _table(head, lines)


def _cells(each: Medians, *, finds: bool) -> list[str]:
    if not each.runs:
        return ["0", each.note, "", "", ""]
    reports = f"{each.failures}" if finds else ""
    return [f"{each.runs}", f"{each.seconds:.1f}", f"{each.processor:.1f}", f"{each.requests:,.0f}", reports]


def _chosen(faults: Sequence[MockPatch], rows: Rows) -> str:
    """Return the sentence that names the faults."""
    ids = ", ".join(f"`{fault.id}`" for fault in faults)
    text = (
        f"Faults: the first {len(faults)} by the sha256 of the commit and their id. A run of `tuningfork` "
        "does not have them in its evidence."
    )
    return f"{text} They are {ids}." if len(faults) <= 12 else text


def _kills(rows: Rows, judges: Sequence[Judge], faults: Sequence[MockPatch]) -> str:
    """Return the table of the faults that each judge has killed."""
    head = [
        "judge",
        "killed",
        "requests",
        "minutes",
        "per 1,000 requests",
        "per minute",
        "per processor minute",
    ]
    lines = [
        [judge.name, *_kill_cells(kills(rows, judge, faults), len(faults))]
        for judge in judges
        if _judges_faults(judge, rows)
    ]
    return _table(head, lines)


def _kill_cells(each: Kills, count: int) -> list[str]:
    return [
        f"{each.killed} of {count}",
        f"{each.requests:,}",
        f"{each.seconds / 60:.1f}",
        f"{each.per_thousand_requests:.2f}",
        f"{each.per_minute:.2f}",
        f"{each.per_processor_minute:.2f}",
    ]


def _table(head: Iterable[str], lines: Iterable[Iterable[str]]) -> str:
    """Return a table in Markdown."""
    cells = list(head)
    rows = [cells, ["---"] * len(cells), *lines]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)
