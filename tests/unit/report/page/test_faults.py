from __future__ import annotations

from pathlib import Path

import pytest

from tuningfork.audit.fault_result import FaultResult
from tuningfork.audit.results import AuditResults, write_audit
from tuningfork.report.page import read_faults


def test_faults_are_read_from_the_audit_in_the_folder(tmp_path: Path) -> None:
    fault = FaultResult(id="f", api="a", claims=["A-1"], says="It breaks.", verdict="killed", test="t.py::t")
    write_audit(AuditResults(started="", seconds=1, version="0", faults=[fault]), tmp_path)

    (read,) = read_faults(tmp_path)

    assert read.model_dump() == {
        "id": "f", "claims": ["A-1"], "says": "It breaks.", "verdict": "killed", "test": "t.py::t",
    }  # fmt: skip


@pytest.mark.parametrize("content", [None, "", "{}", "[]", '{"faults": [{"id": 1}]}', "\ud800"])
def test_missing_or_invalid_audit_has_no_faults(tmp_path: Path, content: str | None) -> None:
    if content is not None:
        (tmp_path / "audit.json").write_bytes(content.encode("utf-8", "surrogatepass"))

    assert read_faults(tmp_path) == []
