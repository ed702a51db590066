from __future__ import annotations

from pathlib import Path

import pytest

from tuningfork.audit.checkpoint import FILE, Checkpoint, fingerprint
from tuningfork.audit.fault_result import FaultResult
from tuningfork.audit.results import VariantResult

FAIR = VariantResult(id="odd", api="shop", claims=["A-2"], verdict="fair")
KILLED = FaultResult(id="late", api="shop", claims=["A-1"], verdict="killed", killed_by=["A-1"], seconds=0.5)


def test_interrupted_audit_resumes(tmp_path: Path) -> None:
    first = Checkpoint(tmp_path, "one")
    first.add_baseline({"test_a": 0.25})
    first.add_baseline({"test_b": 0.5})
    first.add_result(KILLED)
    first.add_variant(FAIR)

    resumed = Checkpoint(tmp_path, "one")

    assert resumed.baseline_seconds == {"test_a": 0.25, "test_b": 0.5}
    assert resumed.results == {"late": KILLED}
    assert resumed.variants == {"odd": FAIR}


def test_incomplete_last_line_is_ignored(tmp_path: Path) -> None:
    Checkpoint(tmp_path, "one").add_result(KILLED)
    with (tmp_path / FILE).open("a") as out:
        out.write('{"trial": {"id": "to')

    resumed = Checkpoint(tmp_path, "one")
    resumed.add_variant(FAIR)

    assert resumed.results == {"late": KILLED}
    assert Checkpoint(tmp_path, "one").variants == {"odd": FAIR}


@pytest.mark.parametrize("line", ["3", "[]", '{"trial": 3}', '{"trial": {}}', '{"healthy": 3}', "{}"])
def test_invalid_line_is_ignored(tmp_path: Path, line: str) -> None:
    Checkpoint(tmp_path, "one")
    with (tmp_path / FILE).open("a") as out:
        out.write(line + "\n")

    checkpoint = Checkpoint(tmp_path, "one")

    assert (checkpoint.baseline_seconds, checkpoint.results) == ({}, {})


def test_file_of_other_sources_is_discarded(tmp_path: Path) -> None:
    Checkpoint(tmp_path, "one").add_result(KILLED)

    assert Checkpoint(tmp_path, "two").results == {}
    assert Checkpoint(tmp_path, "one").results == {}


def test_complete_audit_deletes_its_file(tmp_path: Path) -> None:
    checkpoint = Checkpoint(tmp_path, "one")
    checkpoint.close()

    assert list(tmp_path.iterdir()) == []


def test_fingerprint_depends_on_names_and_contents(tmp_path: Path) -> None:
    fingerprints = []
    for name, text in (("a.py", "1"), ("a.py", "2"), ("b.py", "2"), ("c.pyc", "3")):
        (tmp_path / name).write_text(text)
        fingerprints.append(fingerprint([tmp_path]))

    assert len(set(fingerprints)) == 3
    assert fingerprints[2] == fingerprints[3]
