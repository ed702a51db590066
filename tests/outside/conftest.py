"""The wheel of this repository in an environment of its own, as a user installs it."""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
import venv
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest
from filelock import FileLock

REPOSITORY = Path(__file__).parents[2]


@dataclass(frozen=True)
class Installation:
    """A Python environment into which packages are installed, with the command `tuningfork`."""

    python: Path

    def install(self, wheel: Path) -> None:
        """Install a wheel without its dependencies, which are those of the running environment."""
        pip = [sys.executable, "-m", "pip", "--python", str(self.python), "install", "--quiet", "--no-deps"]
        subprocess.run(
            [*pip, "--no-index", "--no-compile", "--ignore-installed", str(wheel)], check=True, cwd="/"
        )

    def run(self, folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run the command in a folder."""
        environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
        return subprocess.run(
            [self.python.parent / "tuningfork", *arguments],
            cwd=folder,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )

    def output(self, folder: Path, *arguments: str) -> str:
        """Run a command that has to succeed, and return what it prints."""
        done = self.run(folder, *arguments)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def refusal(self, folder: Path, *arguments: str) -> str:
        """Run a command that has to end with exit code 4 and one sentence, and return the sentence."""
        done = self.run(folder, *arguments)
        lines = [line for line in done.stderr.splitlines() if line.strip()]
        assert "Traceback" not in done.stdout + done.stderr
        assert (done.returncode, len(lines)) == (4, 1), done.stdout + done.stderr
        return lines[0]


@pytest.fixture(scope="session")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Installation:
    """An environment with the wheel of this repository; all workers share it."""
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    installation = Installation(shared / "environment" / "bin" / "python")
    with FileLock(shared / "environment.lock"):
        if not installation.python.exists():
            build = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "-w", str(shared)]
            subprocess.run([*build, str(REPOSITORY)], check=True, cwd="/")
            venv.create(shared / "environment", symlinks=True)
            packages = next((shared / "environment").glob("lib/*/site-packages"))
            own = sysconfig.get_path("purelib")
            (packages / "dependencies.pth").write_text(own, encoding="utf-8")
            installation.install(next(shared.glob("tuningfork-*.whl")))
    return installation


def make_wheel(folder: Path, package: str, files: Mapping[str, str], entry_points: str) -> Path:
    """Write the wheel of a Python package with these files and entry points of the group tuningfork.apis."""
    wheel, info = folder / f"{package}-1.0-py3-none-any.whl", f"{package}-1.0.dist-info"
    metadata = {
        "METADATA": f"Metadata-Version: 2.1\nName: {package}\nVersion: 1.0\n",
        "WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        "entry_points.txt": f"[tuningfork.apis]\n{entry_points}\n",
        "RECORD": "",
    }
    with zipfile.ZipFile(wheel, "w") as archive:
        for name, text in files.items():
            archive.writestr(f"{package}/{name}", text)
        for name, text in metadata.items():
            archive.writestr(f"{info}/{name}", text)
    return wheel
