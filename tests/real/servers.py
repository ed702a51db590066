"""Servers that other projects wrote: started on a free port, and stopped."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import pytest

EXAMPLES = Path(__file__).parents[2] / "examples" / "real"
MAX_TRIES = 600
MAX_STOP_S = 10
BASIC = "Basic dGY6c2VjcmV0LXRm"


@dataclass(frozen=True)
class RealServer:
    """A server of examples/real.

    Args:
        name: its folder.
        program: what its start.sh runs.
        package: where the program is from.
        probe: what it returns to valid credentials as soon as it is ready.
        authorization: the header with valid credentials.
        base_path: the end of its base URL.
    """

    name: str
    program: str
    package: str
    probe: str
    authorization: str = BASIC
    base_path: str = ""

    @property
    def folder(self) -> Path:
        """The folder with its declaration, its target and its start.sh."""
        return EXAMPLES / self.name

    @contextmanager
    def started(self, data: Path) -> Iterator[dict[str, str]]:
        """Run the server; give the environment of a run against it.

        Args:
            data: an empty folder for what the server stores.
        """
        if shutil.which(self.program) is None:
            pytest.skip(
                f"{self.program} is not installed; install {self.package}, or run tox -e real as root"
            )
        port = _free_port()
        environment = {**os.environ, "TMPDIR": str(data)}
        command = ["bash", str(self.folder / "start.sh"), str(port)]
        with subprocess.Popen(
            command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        ) as process:
            try:
                self._wait(f"http://127.0.0.1:{port}", process)
                yield environment | {f"{self.name.upper()}_URL": f"http://127.0.0.1:{port}{self.base_path}"}
            finally:
                _stop(process)

    def _wait(self, url: str, process: subprocess.Popen[bytes]) -> None:
        """Return as soon as the server accepts its credentials."""
        request = urllib.request.Request(url + self.probe, headers={"Authorization": self.authorization})
        for _ in range(MAX_TRIES):
            with suppress(OSError), urllib.request.urlopen(request):
                return
            with suppress(subprocess.TimeoutExpired):
                pytest.fail(f"{self.folder / 'start.sh'} ended with {process.wait(timeout=0.1)}")
        pytest.fail(f"{request.full_url} never responds with success")


REGISTRY = RealServer("registry", "docker-registry", "Debian's docker-registry", "/v2/probe/tags/list")
JUPYTER = RealServer("jupyter", "jupyter-server", "PyPI's jupyter_server", "/api/status", "token tok-secret")
KINTO = RealServer(
    "kinto",
    "kinto",
    "PyPI's kinto",
    "/v1/buckets/default/collections/tuningfork/records/here",
    base_path="/v1",
)


def _stop(process: subprocess.Popen[bytes]) -> None:
    """End a server; one that does not end by itself is killed."""
    process.terminate()
    try:
        process.wait(timeout=MAX_STOP_S)
    except subprocess.TimeoutExpired:
        process.kill()


def _free_port() -> int:
    """Return a port that nothing listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])
