"""Suites and checks pass texts of the target uncut to the reports, which redact before they cut."""

from __future__ import annotations

import re
from pathlib import Path

REPOSITORY = Path(__file__).parents[2]
CUT = re.compile(r"\.(?:text|content)\[:\d+\]|repr\([^()]*\)\[:\d+\]|str\([^()]*\)\[:\d+\]")


def test_suites_and_checks_do_not_cut_texts_of_the_target() -> None:
    files = [*REPOSITORY.glob("suites/**/*.py"), *REPOSITORY.glob("src/tuningfork/**/*.py")]
    sources = [file for file in files if not {"mock", "faults"} & set(file.parts)]

    cut = [f"{file.name}: {match[0]}" for file in sources for match in CUT.finditer(file.read_text("utf-8"))]

    assert len(sources) > 100
    assert cut == []
