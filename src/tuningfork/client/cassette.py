"""Cassettes: HTTP exchanges of a test, recorded without secrets and replayed without a network."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from glob import escape
from importlib.metadata import version
from itertools import takewhile
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import yaml
from urllib3 import HTTPResponse
from vcr.cassette import Cassette
from vcr.persisters.filesystem import CassetteNotFoundError
from vcr.record_mode import RecordMode
from vcr.request import Request
from vcr.serialize import deserialize, serialize
from vcr.stubs.urllib3_stubs import VCRRequestsHTTPConnection, VCRRequestsHTTPSConnection

from tuningfork.client.cassette_filters import (
    IS_DISABLED,
    CassetteRedactor,
    match_request,
    redact_cassette,
    require_known_coding,
    same_placeholder,
)
from tuningfork.client.limits import current_budget
from tuningfork.client.network import Connection, Pool, TLSConnection, TLSPool
from tuningfork.model import Request as SentRequest
from tuningfork.redaction import Disclosure, SecretLocations

FORMAT_VERSION = 2
_HEADER = "tuningfork"
"""The key of the header in a cassette file."""


class _RecordedConnection(Connection):
    """A connection that reads each body within the budget of its exchange, before vcrpy reads it all."""

    def request(self, *args: Any, **options: Any) -> None:
        super().request(*args, **options, preload_content=False)

    def getresponse(self) -> HTTPResponse:  # type: ignore[override]  # urllib3 overrides it in this way
        response = super().getresponse()
        if budget := current_budget():
            response._body = budget.read_body(response)  # what .data returns
        return response


class _RecordedTLSConnection(_RecordedConnection, TLSConnection):
    """The same over TLS."""


VCR_PATCHES = (
    (Pool, "ConnectionCls", VCRRequestsHTTPConnection),
    (TLSPool, "ConnectionCls", VCRRequestsHTTPSConnection),
    (VCRRequestsHTTPConnection, "_baseclass", _RecordedConnection),
    (VCRRequestsHTTPSConnection, "_baseclass", _RecordedTLSConnection),
)
"""Puts vcrpy's connections into this project's pools, as vcrpy does with those of urllib3."""
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class CassetteError(ValueError):
    """A cassette can't be used; the message names the file and what to do."""


class MissingCassetteError(CassetteError):
    """The cassette file does not exist."""


class NotRecordedError(CassetteError):
    """The cassette has no unused response to a request."""


@dataclass(frozen=True)
class CassetteHeader:
    """The header of a cassette file.

    Args:
        target: the name of the recorded target.
        base_url: the base URL of the target; a replay uses the same URLs.
        settings: the API's table of that target without secrets; a replay uses the same settings.
        seed: the seed of the recording; a replay creates the same titles.
        recorded: time of the recording in ISO 8601, UTC.
        tuningfork: the version of tuningfork that recorded it.
        format: the version of the cassette format.
    """

    target: str
    base_url: str
    settings: Mapping[str, Any] = field(default_factory=dict)
    seed: int = 0
    recorded: str = field(default_factory=lambda: datetime.now(UTC).isoformat(timespec="seconds"))
    tuningfork: str = field(default_factory=lambda: version("tuningfork"))
    format: int = FORMAT_VERSION


@dataclass(slots=True)
class Recording:
    """A recording in progress; once discarded, as after a failed test, it writes no cassette."""

    header: CassetteHeader
    is_discarded: bool = False

    def discard(self) -> None:
        """Write no cassette at the end of the recording."""
        self.is_discarded = True


@dataclass(frozen=True, slots=True)
class Replay:
    """A cassette that is being replayed."""

    header: CassetteHeader
    cassette: Cassette

    def has_response(self, request: SentRequest) -> bool:
        """Return whether the cassette has an unused response to a request."""
        headers = dict(request.headers.pairs)
        return Request(request.method, request.url, request.body or None, headers) in self.cassette


@contextmanager
def record_cassette(
    path: Path, header: CassetteHeader, disclosure: Disclosure | None = None
) -> Iterator[Recording]:
    """Record what requests and urllib3 send and receive in the block.

    Args:
        path: the cassette file; written completely, at the end of a block that raises nothing.
        header: the header of the cassette.
        disclosure: redacts the cassette; by default only the standard locations of secrets.

    Raises:
        CodingError: the content coding of a response can't be decoded to find its secrets.
    """
    recording = Recording(header)
    with Cassette.use(
        path=str(path),
        record_mode=RecordMode.ALL,
        record_on_exception=False,
        persister=_Writer(recording, disclosure or Disclosure()),
        before_record_request=lambda request: None if IS_DISABLED.get() else request,
        before_record_response=require_known_coding,
        match_on=(),
        custom_patches=VCR_PATCHES,
    ):
        yield recording


@contextmanager
def replay_cassette(path: Path, locations: SecretLocations | None = None) -> Iterator[Replay]:
    """Respond to what requests and urllib3 send in the block from a cassette, without a network.

    A request gets the first unused response to a request with the same method, path, query and body.
    Secrets, the host and the headers are not compared.

    Raises:
        MissingCassetteError: the cassette does not exist.
        CassetteError: the file is incomplete or is not a cassette of tuningfork.
        NotRecordedError: the cassette has no response to a request.
    """
    header, content = _read(path)
    with _StrictCassette.use(
        path=str(path),
        record_mode=RecordMode.NONE,
        persister=_Reader(content),
        before_record_request=CassetteRedactor(
            Disclosure(locations or SecretLocations(), mask=same_placeholder)
        ).redact_request,
        match_on=(match_request,),
        custom_patches=VCR_PATCHES,
    ) as cassette:
        yield Replay(header, cassette)


def read_header(path: Path) -> CassetteHeader:
    """Return the header of a cassette without reading its exchanges; raise as `replay_cassette` does."""
    try:
        with path.open(encoding="utf-8") as lines:
            header_text = "".join(takewhile(lambda line: not line.startswith("interactions:"), lines))
        return _parse_header(path, {"interactions": [], **yaml.load(header_text, _LOADER)})  # noqa: S506 - a safe loader
    except FileNotFoundError:
        raise MissingCassetteError(f"{path}: the cassette does not exist; record it with --record") from None
    except (OSError, UnicodeError, yaml.YAMLError, TypeError):
        raise CassetteError(f"{path}: not a complete cassette of tuningfork; record the test again") from None


class _StrictCassette(Cassette):  # type: ignore[misc]  # vcrpy ships no types
    """A cassette that raises NotRecordedError for a request without a response."""

    def can_play_response_for(self, request: Request) -> bool:
        """Return True if an unused response to a request exists; otherwise raise NotRecordedError."""
        if request in self:
            return True
        is_recorded = any(True for _ in self._responses(request))
        problem = "was recorded fewer times" if is_recorded else "was not recorded"
        url = urlsplit(self.filter_request(request).uri)
        target = url.path + (f"?{url.query}" if url.query else "")
        raise NotRecordedError(f"{self._path}: {request.method} {target} {problem}; record the test again")


@dataclass(frozen=True, slots=True)
class _Writer:
    """A persister of vcrpy: writes a cassette and its header completely or not at all.

    Args:
        recording: the header, and whether the recording is discarded.
        disclosure: redacts the exchanges.
    """

    recording: Recording
    disclosure: Disclosure

    def load_cassette(self, cassette_path: str, serializer: Any) -> Any:
        raise CassetteNotFoundError

    def save_cassette(self, cassette_path: str, cassette_dict: Any, serializer: Any) -> None:
        """Write the redacted exchanges atomically; write nothing for a discarded recording."""
        if self.recording.is_discarded:
            return
        header = yaml.safe_dump({_HEADER: asdict(self.recording.header)}, sort_keys=False)
        path = Path(cassette_path)
        path.parent.mkdir(parents=True, exist_ok=True)
        content = serialize(redact_cassette(cassette_dict, self.disclosure), serializer)
        for left_over in path.parent.glob(f".{escape(path.name)}.*"):  # of a recording that was killed
            left_over.unlink(missing_ok=True)
        draft = path.with_name(f".{path.name}.{os.getpid()}")
        try:
            draft.write_text(header + content, encoding="utf-8", newline="\n")
            draft.replace(path)
        finally:
            draft.unlink(missing_ok=True)


@dataclass(frozen=True, slots=True)
class _Reader:
    """A persister and serializer of vcrpy: loads a cassette that was read before, and saves nothing.

    Args:
        content: the content of the cassette file.
    """

    content: dict[str, Any]

    def load_cassette(self, cassette_path: str, serializer: Any) -> Any:
        return deserialize("", self)

    def deserialize(self, _text: str) -> dict[str, Any]:
        return self.content

    def save_cassette(self, cassette_path: str, cassette_dict: Any, serializer: Any) -> None:
        """Write nothing: a replay does not change the cassette."""


def _read(path: Path) -> tuple[CassetteHeader, dict[str, Any]]:
    """Return the header and the exchanges of a complete cassette."""
    try:
        content = yaml.load(path.read_text(encoding="utf-8"), _LOADER)  # noqa: S506 - a safe loader
    except FileNotFoundError:
        raise MissingCassetteError(f"{path}: the cassette does not exist; record it with --record") from None
    except (OSError, UnicodeError) as error:
        raise CassetteError(f"{path}: can't be read ({error})") from None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = f", line {mark.line + 1}" if mark else ""
        raise CassetteError(f"{path}{line}: not valid YAML; record the test again") from None
    return _parse_header(path, content), content


def _parse_header(path: Path, content: Any) -> CassetteHeader:
    """Return the header of a parsed cassette; raise CassetteError for an incomplete or older one."""
    try:
        header = CassetteHeader(**content[_HEADER])
        is_complete = all(
            each["request"]["uri"] and each["response"]["body"] for each in content["interactions"]
        )
    except (KeyError, TypeError):
        is_complete = False
    if not is_complete:
        raise CassetteError(f"{path}: not a complete cassette of tuningfork; record the test again")
    if header.format != FORMAT_VERSION:
        raise CassetteError(
            f"{path}: unknown format {header.format}, expected {FORMAT_VERSION}; record the test again"
        )
    return header
