"""The job files of docs/ci.md are valid, and their commands work against a server."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import jsonschema
import pytest
import tomli_w
import yaml
from check_jsonschema.builtin_schemas import get_builtin_schema
from tests.conventions.bad_world import library

from tuningfork.mock.reference import ReferenceServer
from tuningfork.mock.server import Server

ROOT = Path(__file__).parents[2]
BLOCK = re.compile(r'^```\w+ title="([^"]+)"\n(.*?)^```', re.DOTALL | re.MULTILINE)
FILES = dict(BLOCK.findall((ROOT / "docs/ci.md").read_text(encoding="utf-8")))
WORKFLOWS = [name for name in FILES if name.startswith(".github")]
GH = """#!/bin/sh
case "$1 $2" in
    "run list") ls last ;;
    "run download") cp -r last/reports before ;;
esac
"""
"""Stands for the command of GitHub; the folder `last` has the reports of the last run, if there was one."""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder with a contract and a target that is served; the programs of this environment are found."""
    contract = library(tmp_path)
    server = ReferenceServer(contract.document, contract.declaration)
    monkeypatch.setenv("PATH", f"{Path(sys.executable).parent}:{tmp_path}/bin:{os.environ['PATH']}")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(tmp_path / "summary.md"))
    with Server(server) as serving:
        table = {"writes": True, "rate": "1000/s", "settle": 0, "library": server.settings(serving.base_url)}
        (tmp_path / "tuningfork.toml").write_text(tomli_w.dumps({"targets": {"staging": table}}))
        yield tmp_path


def run(command: str, folder: Path) -> None:
    """Run a command of a job in bash, as the CI does; an installation is left out."""
    if "pip install" not in command:
        done = subprocess.run(
            ["bash", "-ec", command], cwd=folder, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, f"{command}\n{done.stdout}{done.stderr}"


def steps(workflow: str, job: str, **values: object) -> Iterator[str]:
    """Yield the commands of a job of GitHub Actions, with the values of expressions."""
    for step in yaml.safe_load(FILES[workflow])["jobs"][job]["steps"]:
        yield re.sub(r"\$\{\{ (.*?) \}\}", lambda match: str(values[match[1]]), step.get("run", ""))


@pytest.mark.parametrize("name", [*WORKFLOWS, ".gitlab-ci.yml", "action.yml"])
def test_file_is_valid(name: str) -> None:
    text = FILES[name] if name in FILES else (ROOT / name).read_text(encoding="utf-8")
    schema = "gitlab-ci" if "gitlab" in name else "github-workflows" if name in FILES else "github-actions"

    value = yaml.safe_load(text)
    names = {
        "on" if name is True else name: each for name, each in value.items()
    }  # YAML 1.1 reads `on` as true
    jsonschema.Draft7Validator(get_builtin_schema(f"vendor.{schema}")).validate(names)


def test_workflow_of_one_job(folder: Path) -> None:
    for command in steps(".github/workflows/gate.yml", "gate"):
        run(command, folder)

    assert (folder / "reports/results.sarif").is_file()


def test_workflow_of_shards(folder: Path) -> None:
    """The second verdict is compared with the first one."""
    nightly = ".github/workflows/nightly.yml"
    for shard in range(1, 5):
        for command in steps(nightly, "shard", **{"matrix.shard": shard, "github.run_number": 7}):
            run(command, folder)
        shutil.move(folder / "shard", folder / f"shards/shard-{shard}")
    gh = folder / "bin/gh"
    gh.parent.mkdir()
    gh.write_text(GH)
    gh.chmod(0o755)
    for _ in range(2):
        (folder / "last").mkdir(exist_ok=True)
        for command in steps(nightly, "verdict"):
            run(command, folder)
        shutil.copytree(folder / "reports", folder / "last/reports", dirs_exist_ok=True)

    assert (folder / "reports/index.html").is_file()
    assert (folder / "summary.md").read_text()


def test_gitlab_and_jenkins(folder: Path) -> None:
    (folder / ".venv").symlink_to(Path(sys.executable).parents[1])
    commands = yaml.safe_load(FILES[".gitlab-ci.yml"])["gate"]["script"]
    commands += re.findall(r"sh '(.*)'", FILES["Jenkinsfile"])

    for command in commands:
        run(command, folder)

    assert (folder / "reports/junit.xml").is_file()
