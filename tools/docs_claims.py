"""An mkdocs hook: adds claims.html, which `tuningfork report --contract` writes, to the site."""

from __future__ import annotations

import functools
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from mkdocs.exceptions import PluginError
from mkdocs.structure.files import File, Files

ROOT = Path(__file__).parents[1]
NAME = "claims.html"


def on_files(files: Files, config: Any, **_: Any) -> Files:
    """Add the page of all claims to the files of the site."""
    files.append(File.generated(config, NAME, content=render()))
    return files


@functools.cache
def render() -> str:
    """Return the page; raise PluginError if it can't be rendered. `mkdocs serve` renders it once."""
    with TemporaryDirectory() as folder:
        file = Path(folder) / NAME
        command = [sys.executable, "-m", "tuningfork", "report", "--contract", "--output", str(file)]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S603 - our own command
        if done.returncode:
            raise PluginError(f"{NAME} can't be rendered: {done.stderr.strip() or done.stdout.strip()}")
        return file.read_text(encoding="utf-8")
