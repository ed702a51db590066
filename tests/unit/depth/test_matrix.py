"""The model of matrix.json."""

from __future__ import annotations

from pathlib import Path

import pytest

from tuningfork.depth.matrix import FILE, Matrix, MatrixError, MatrixRow

ROW = MatrixRow(test="suites/shop/test_a.py::test_b", claims=("A",), requests=3, seconds=0.2, faults=(0,))
MATRIX = Matrix(digests={"suites/shop/test_a.py": "ab"}, faults=("shop.x",), tests=(ROW,))


def test_written_matrix_is_read_unchanged(tmp_path: Path) -> None:
    (tmp_path / FILE).write_text(MATRIX.to_text(), encoding="utf-8")

    assert Matrix.load(tmp_path) == MATRIX


@pytest.mark.parametrize(
    ("now", "valid"),
    [
        (MATRIX, (ROW,)),
        (MATRIX.model_copy(update={"digests": {"suites/shop/test_a.py": "cd"}}), ()),
        (MATRIX.model_copy(update={"digests": {}}), ()),
        (MATRIX.model_copy(update={"subject": "ef"}), ()),
        (MATRIX.model_copy(update={"faults": ("shop.y",)}), ()),
    ],
    ids=["nothing", "module", "no module", "subject", "faults"],
)
def test_row_is_valid_until_its_module_or_its_subject_changes(now: Matrix, valid: tuple[MatrixRow]) -> None:
    assert MATRIX.valid_rows(now) == valid


def test_killers_are_listed_by_fault() -> None:
    matrix = MATRIX.model_copy(update={"faults": ("shop.x", "shop.y")})

    assert matrix.killers() == {"shop.x": {ROW.test}, "shop.y": frozenset()}


def test_folder_without_file_has_no_matrix(tmp_path: Path) -> None:
    assert Matrix.load(tmp_path) is None


@pytest.mark.parametrize(
    "text", ["", "{}", MATRIX.to_text()[:-9], MATRIX.to_text().replace('"faults":[0]', '"faults":[1]')]
)
def test_unreadable_matrix_is_an_error_with_file_and_remedy(tmp_path: Path, text: str) -> None:
    (tmp_path / FILE).write_text(text, encoding="utf-8")

    with pytest.raises(MatrixError, match=r"matrix\.json: .*; make it again by `tuningfork audit --matrix`"):
        Matrix.load(tmp_path)
