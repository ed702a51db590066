"""An API that has only a contract is tested on a server."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.outside.guides import follow

RULES = '[rules]\nno_server_error = "BS-ERR-02"\nneeds_token = "BS-KEY-01"\n\n[sources]'
SERVE = (sys.executable, "-m", "tuningfork", "serve", "--port", "0", "--json")


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """A folder that has only the contract of the bookshop, and a served bookshop as target `staging`."""
    follow("adding-an-api.md", tmp_path)
    (tmp_path / "other").mkdir()
    for tree in ("specs", "apis"):
        shutil.copytree(tmp_path / tree, tmp_path / "other" / tree)
    shutil.rmtree(tmp_path / "apis")
    shutil.rmtree(tmp_path / "suites")
    claims = tmp_path / "specs/bookshop/claims.toml"
    claims.write_text(claims.read_text(encoding="utf-8").replace("[sources]", RULES, 1), encoding="utf-8")
    with subprocess.Popen(SERVE, cwd=tmp_path / "other", stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        table = json.loads("".join(iter(server.stdout.readline, "}\n")) + "}")["bookshop"]
        text = '[targets.staging]\nwrites = true\nrate = "1000/s"\nsettle = 0\n[targets.staging.bookshop]\n'
        text += f'base_url = "{table["base_url"]}"\napi_key = "{table["key"]}"\n'
        (tmp_path / "tuningfork.toml").write_text(text, encoding="utf-8")
        yield tmp_path
        server.terminate()


def test_shared_tests_judge_a_server(folder: Path) -> None:
    run = (sys.executable, "-m", "tuningfork", "run", "--target", "staging")

    done = subprocess.run(run, cwd=folder, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stdout + done.stderr
    results = json.loads((folder / "reports/results.json").read_text(encoding="utf-8"))
    verdicts = {claim["id"]: claim["verdict"] for claim in results["claims"]}
    assert verdicts["BS-KEY-01"] == verdicts["BS-ERR-02"] == "passed"


def test_document_without_links_is_tested(folder: Path) -> None:
    document = folder / "specs/bookshop/openapi.yaml"
    text = document.read_text(encoding="utf-8")
    item = text[text.index("  /books/{book_id}:") : text.index("components:")]
    document.write_text(
        text.replace(item, "").replace("BS-BOOK-01]\n      requestBody", "BS-BOOK-02]\n      requestBody"),
        encoding="utf-8",
    )
    run = (sys.executable, "-m", "tuningfork", "run", "--target", "staging")

    done = subprocess.run(run, cwd=folder, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stdout + done.stderr


def test_wrong_key_exits_4(folder: Path) -> None:
    settings = folder / "tuningfork.toml"
    text = settings.read_text(encoding="utf-8")
    settings.write_text(text.replace('api_key = "', 'api_key = "wrong-'), encoding="utf-8")
    run = (sys.executable, "-m", "tuningfork", "run", "--target", "staging", "-n", "0")

    done = subprocess.run(run, cwd=folder, capture_output=True, text=True, check=False)

    assert done.returncode == 4, done.stdout + done.stderr
    assert "a credential of [targets.staging.bookshop] is refused: 401 at /books" in done.stdout + done.stderr
