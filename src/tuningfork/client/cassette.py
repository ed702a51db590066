"""Recorded traffic of a test: written without its secrets, played back without a network."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from importlib.metadata import version
from itertools import takewhile
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import yaml
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
from tuningfork.client.network import Connection, Pool, TLSConnection, TLSPool
from tuningfork.model import Request as Exchanged
from tuningfork.redaction import Disclosure, SecretLocations

FORMAT_VERSION = 2
_HEADER = "tuningfork"
VCR_PATCHES = (
    (Pool, "ConnectionCls", VCRRequestsHTTPConnection),
    (TLSPool, "ConnectionCls", VCRRequestsHTTPSConnection),
    (VCRRequestsHTTPConnection, "_baseclass", Connection),
    (VCRRequestsHTTPSConnection, "_baseclass", TLSConnection),
)
"""Has vcrpy stand between our pools and our connections, as it does for those of urllib3."""
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class CassetteError(ValueError):
    """A cassette that can't be used: one sentence with its file and what to do."""


class MissingCassetteError(CassetteError):
    """There is no cassette."""


class NotRecordedError(CassetteError):
    """A request that the cassette doesn't have, or has no more of."""


@dataclass(frozen=True)
class CassetteHeader:
    """What a cassette says of itself.

    Args:
        target: the name of the target that was recorded.
        base_url: where it stood; a replay uses the same URLs.
        settings: the API's table of that target, its secrets replaced; a replay uses the same ones.
        seed: of the recording; a replay makes the same titles.
        recorded: ISO 8601, UTC.
        tuningfork: the version that recorded it.
        format: of the cassette.
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
    """A recording that goes on; once discarded it writes nothing, as for a test that failed."""

    header: CassetteHeader
    is_discarded: bool = False

    def discard(self) -> None:
        """Leave the disk as it was."""
        self.is_discarded = True


@dataclass(frozen=True, slots=True)
class Replay:
    """A cassette that is played."""

    header: CassetteHeader
    cassette: Cassette

    def has_response(self, request: Exchanged) -> bool:
        """Whether there is an unused response to a request."""
        headers = dict(request.headers.pairs)
        return Request(request.method, request.url, request.body or None, headers) in self.cassette


@contextmanager
def record_cassette(
    path: Path, header: CassetteHeader, disclosure: Disclosure | None = None
) -> Iterator[Recording]:
    """Record what requests and urllib3 send and receive in the block.

    Args:
        path: of the cassette; written whole at the end of a block that raises nothing.
        header: of the cassette.
        disclosure: knows its secrets; only the usual places if not given.

    Raises:
        CodingError: a response has a content coding that hides its secrets.
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
def replay_cassette(path: Path, places: SecretLocations | None = None) -> Iterator[Replay]:
    """Answer what requests and urllib3 send in the block from a cassette; nothing reaches a network.

    A request gets the first unused answer to one of the same method, path, query and body. Secrets are
    not compared, nor are the host and the headers.

    Raises:
        MissingCassetteError: there is none.
        CassetteError: it is torn, or not ours.
        NotRecordedError: at a request that it doesn't have.
    """
    header, content = _read(path)
    with _StrictCassette.use(
        path=str(path),
        record_mode=RecordMode.NONE,
        persister=_Reader(content),
        before_record_request=CassetteRedactor(
            Disclosure(places or SecretLocations(), mask=same_placeholder)
        ).redact_request,
        match_on=(match_request,),
        custom_patches=VCR_PATCHES,
    ) as tape:
        yield Replay(header, tape)


def read_header(path: Path) -> CassetteHeader:
    """What a cassette says of itself; its interactions are not read. Raises as `replay` does."""
    try:
        with path.open(encoding="utf-8") as lines:
            head = "".join(takewhile(lambda line: not line.startswith("interactions:"), lines))
        return _header(path, {"interactions": [], **yaml.load(head, _LOADER)})  # noqa: S506 - a safe loader
    except FileNotFoundError:
        raise MissingCassetteError(f"{path}: there is no such cassette; record it with --record") from None
    except (OSError, UnicodeError, yaml.YAMLError, TypeError):
        raise CassetteError(f"{path}: is not a whole cassette of tuningfork; record the test again") from None


class _StrictCassette(Cassette):  # type: ignore[misc]  # vcrpy ships no types
    """A cassette that says in one sentence what it doesn't have."""

    def can_play_response_for(self, request: Request) -> bool:
        if request in self:
            return True
        known = any(True for _ in self._responses(request))
        why = "was recorded, but not so often" if known else "was not recorded"
        url = urlsplit(self.filter_request(request).uri)
        target = url.path + (f"?{url.query}" if url.query else "")
        raise NotRecordedError(f"{self._path}: {request.method} {target} {why}; record the test again")


@dataclass(frozen=True, slots=True)
class _Writer:
    """Writes a cassette below its header, wholly or not at all. vcrpy fixes the parameters."""

    recording: Recording
    disclosure: Disclosure

    def load_cassette(self, cassette_path: str, serializer: Any) -> Any:
        raise CassetteNotFoundError

    def save_cassette(self, cassette_path: str, cassette_dict: Any, serializer: Any) -> None:
        if self.recording.is_discarded:
            return
        header = yaml.safe_dump({_HEADER: asdict(self.recording.header)}, sort_keys=False)
        path = Path(cassette_path)
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_name(f".{path.name}.{os.getpid()}")
        content = serialize(redact_cassette(cassette_dict, self.disclosure), serializer)
        draft.write_text(header + content, encoding="utf-8", newline="\n")
        draft.replace(path)


@dataclass(frozen=True, slots=True)
class _Reader:
    """Gives a cassette that has been read, and is its own serializer. vcrpy fixes the parameters."""

    content: dict[str, Any]

    def load_cassette(self, cassette_path: str, serializer: Any) -> Any:
        return deserialize("", self)

    def deserialize(self, _text: str) -> dict[str, Any]:
        return self.content

    def save_cassette(self, cassette_path: str, cassette_dict: Any, serializer: Any) -> None:
        """A replay changes nothing."""


def _read(path: Path) -> tuple[CassetteHeader, dict[str, Any]]:
    """The header of a cassette, and the cassette once it is known to be whole."""
    try:
        content = yaml.load(path.read_text(encoding="utf-8"), _LOADER)  # noqa: S506 - a safe loader
    except FileNotFoundError:
        raise MissingCassetteError(f"{path}: there is no such cassette; record it with --record") from None
    except (OSError, UnicodeError) as unread:
        raise CassetteError(f"{path}: can't be read ({unread})") from None
    except yaml.YAMLError as torn:
        mark = getattr(torn, "problem_mark", None)
        place = f", line {mark.line + 1}" if mark else ""
        raise CassetteError(f"{path}{place}: is no YAML; record the test again") from None
    return _header(path, content), content


def _header(path: Path, content: Any) -> CassetteHeader:
    try:
        header = CassetteHeader(**content[_HEADER])
        whole = all(each["request"]["uri"] and each["response"]["body"] for each in content["interactions"])
    except (KeyError, TypeError):
        whole = False
    if not whole:
        raise CassetteError(f"{path}: is no whole cassette of tuningfork; record the test again")
    if header.format != FORMAT_VERSION:
        raise CassetteError(
            f"{path}: has format {header.format}, not {FORMAT_VERSION}; record the test again"
        )
    return header
