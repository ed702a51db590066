"""One request, as the handlers see it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING
from urllib.parse import quote, urlsplit

from flask import Request
from werkzeug.datastructures import FileStorage

from tuningfork.apis.audioboo.mock.models import User
from tuningfork.mock.errors import HttpError

if TYPE_CHECKING:
    from tuningfork.apis.audioboo.mock.api_keys import ApiKey
    from tuningfork.apis.audioboo.mock.app import AudioBoo

Pair = tuple[str, str]
_ABSOLUTE = re.compile(r"https?://", re.IGNORECASE)


class RequestContext:
    """The request, who signed it, and the URL at which it found the API.

    `query`, `form` and `parts` are what stands in each of the three encodings, `parameters` all of it
    without what belongs to the signature, `files` the parts that are files. `viewer` is in whose name it
    is sent and `key` whose key signed it, None for nobody; `protocol` is what OAuth said beside.
    """

    def __init__(self, mock: AudioBoo, request: Request) -> None:
        self.mock = mock
        self.request = request
        self.base = f"{request.scheme}://{request.host}{request.root_path.rstrip('/')}"
        self.query: list[Pair] = []
        self.form: list[Pair] = []
        self.parts: list[Pair] = []
        self.parameters: list[Pair] = []
        self.files: dict[str, FileStorage] = {}
        self.viewer: User | None = None
        self.key: ApiKey | None = None
        self.protocol: Mapping[str, str] = {}

    @property
    def path(self) -> str:
        """The path as it was sent, without its query."""
        environ = self.request.environ
        uri = str(environ.get("REQUEST_URI") or environ.get("RAW_URI") or quote(self.request.path))
        path = uri.partition("?")[0]
        return urlsplit(path).path if _ABSOLUTE.match(path) else path

    @property
    def url(self) -> str:
        """The URL as it was sent, without its query."""
        return f"{self.request.scheme}://{self.request.host}{self.path}"

    @property
    def operation(self) -> str | None:
        """As in the contract, `GET /audio_clips/{clip_id}`; None where the API has none."""
        endpoint = self.request.endpoint
        return None if endpoint == "controls" else endpoint

    @property
    def user(self) -> User:
        """In whose name it is sent.

        Raises:
            HttpError: 401, nobody's.
        """
        if self.viewer is None:
            raise HttpError(401, "This needs the signature of a user")
        return self.viewer

    def text(self, name: str) -> str | None:
        """The last value of a parameter; None where it is missing."""
        values = self.texts(name)
        return values[-1] if values else None

    def texts(self, name: str) -> list[str]:
        """All values of a parameter, in the order in which they came."""
        return [value for key, value in self.parameters if key == name]
