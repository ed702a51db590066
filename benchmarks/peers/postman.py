"""Postman collections of the APIs, converted from their documents by packages of npm."""

from __future__ import annotations

import contextlib
import json
import shutil
import subprocess
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from benchmarks.peers.access import Access, OAuth1Keys

PACKAGES = ("newman@6.2.2", "openapi-to-postmanv2@6.3.3", "@apideck/portman@1.33.0", "tslib@2.9.1")
"""Portman calls openapi-to-postmanv2 and adds its contract tests; it needs tslib, which it does not name."""
INSTALL_TIMEOUT_S, CONVERT_TIMEOUT_S = 300, 120
BASE_URL = "http://127.0.0.1"
"""A value of the collection's variable baseUrl, which each run replaces."""


class NoNewman(Exception):
    """npm, or a package of it, is not there; the message is a phrase that says what is missing."""


class Workshop:
    """A temporary folder with Newman and the collections that exist so far.

    Args:
        folder: where npm installs its packages.
        specs: the folder specs/.
    """

    def __init__(self, folder: Path, specs: Path) -> None:
        self._folder, self._specs = folder, specs
        self._failure = ""

    def prepare(self, names: Iterable[str]) -> None:
        """Install what can be installed, and convert the documents of APIs."""
        with contextlib.suppress(NoNewman):
            for name in names:
                self.collection(name)

    def program(self, name: str) -> str:
        """Return the path of an installed program; raise NoNewman if it can't be installed."""
        path = self._folder / "node_modules" / ".bin" / name
        if not path.exists():
            self._install()
        return str(path)

    def collection(self, api: str) -> dict[str, Any]:
        """Return the collection of an API with Portman's tests; raise NoNewman if it can't be converted."""
        file = self._folder / f"{api}.json"
        if not file.exists():
            document = str(self._specs / api / "openapi.yaml")
            command = [self.program("portman"), "-l", document, "-b", BASE_URL, "-o", str(file)]
            self._run(command, CONVERT_TIMEOUT_S)
        collection: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
        return collection

    def _install(self) -> None:
        """Install the packages, once; raise NoNewman if that fails."""
        npm = shutil.which("npm")
        if npm is None:
            self._failure = "npm is not installed"
        if self._failure:
            raise NoNewman(self._failure)
        options = ["--no-audit", "--no-fund", "--prefix", str(self._folder)]
        self._run([str(npm), "install", *options, *PACKAGES], INSTALL_TIMEOUT_S)

    def _run(self, command: list[str], timeout: float) -> None:
        """Run a program of npm; raise NoNewman if it fails."""
        try:
            subprocess.run(  # noqa: S603 - our own command
                command, cwd=self._folder, timeout=timeout, check=True, capture_output=True
            )
        except (OSError, subprocess.SubprocessError) as error:
            self._failure = f"{Path(command[0]).name} failed ({type(error).__name__})"
            raise NoNewman(self._failure) from None


def sign(collection: dict[str, Any], access: Access) -> dict[str, Any]:
    """Return a collection whose requests all have an access; their own authentication is replaced."""
    for request in _requests(collection["item"]):
        request.pop("auth", None)
        kept = [header for header in request["header"] if header["key"] not in access.headers]
        request["header"] = [*kept, *({"key": key, "value": value} for key, value in access.headers.items())]
        for parameter in request["url"].get("query", []):
            parameter["value"] = access.parameters.get(parameter["key"], parameter["value"])
    collection["auth"] = _authentication(access.signature)
    return collection


def _requests(items: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Yield the requests of a collection's folders."""
    for item in items:
        if "request" in item:
            yield item["request"]
        yield from _requests(item.get("item", []))


def _authentication(keys: OAuth1Keys | None) -> dict[str, Any]:
    """Return the authentication of a collection that signs its requests, or leaves them as they are."""
    if keys is None:
        return {"type": "noauth"}
    values = {
        "consumerKey": keys.consumer_key,
        "consumerSecret": keys.consumer_secret,
        "token": keys.token,
        "tokenSecret": keys.token_secret,
        "signatureMethod": "HMAC-SHA1",
        "version": "1.0",
        "addParamsToHeader": True,
    }
    return {"type": "oauth1", "oauth1": [{"key": key, "value": value} for key, value in values.items()]}
