"""The context of one request: what the mock's parts and handlers know about it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import quote, urlsplit

from flask import Request
from werkzeug.datastructures import FileStorage

from tuningfork.apis.audioboo.mock.api_keys import ApiKey
from tuningfork.apis.audioboo.mock.models import User
from tuningfork.mock.errors import HttpError

Pair = tuple[str, str]
_ABSOLUTE_URL = re.compile(r"https?://", re.IGNORECASE)


class RequestContext:
    """A request with its parsed parameters and its signer.

    Attributes:
        base: the base URL of the API, as the client addressed it.
        query, form, parts: the parameters in each of the three encodings.
        parameters: all parameters, without those of the signature once it was verified.
        files: the file parts of a multipart body.
        viewer: the user in whose name the request is signed, or None.
        key: the consumer, service or source key that signed the request, or None.
        protocol: the OAuth parameters of the request.
    """

    def __init__(self, request: Request) -> None:
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
        """The path exactly as it was sent, without the query."""
        environ = self.request.environ
        uri = str(environ.get("REQUEST_URI") or environ.get("RAW_URI") or quote(self.request.path))
        path = uri.partition("?")[0]
        return urlsplit(path).path if _ABSOLUTE_URL.match(path) else path

    @property
    def url(self) -> str:
        """The URL exactly as it was sent, without the query."""
        return f"{self.request.scheme}://{self.request.host}{self.path}"

    @property
    def operation(self) -> str | None:
        """The operation in the form `GET /audio_clips/{clip_id}`; None if the API does not have it."""
        endpoint = self.request.endpoint
        return None if endpoint == "controls" else endpoint

    @property
    def user(self) -> User:
        """The user in whose name the request is signed; HttpError 401 without one."""
        if self.viewer is None:
            raise HttpError(401, "This needs the signature of a user")
        return self.viewer

    def text(self, name: str) -> str | None:
        """Return the last value of a parameter, or None if the request does not have it."""
        values = self.texts(name)
        return values[-1] if values else None

    def texts(self, name: str) -> list[str]:
        """Return all values of a parameter, in the order of the request."""
        return [value for key, value in self.parameters if key == name]
