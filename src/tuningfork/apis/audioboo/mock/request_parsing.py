"""Parameters in their three encodings (Request Parameter Encoding)."""

from __future__ import annotations

from urllib.parse import parse_qsl

from flask import Request
from werkzeug.datastructures import FileStorage

from tuningfork.apis.audioboo.mock.request_context import Pair, RequestContext

FORM = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data"


class RequestParser:
    """Reads what a client sends, whatever it sends."""

    def read(self, call: RequestContext) -> None:
        """Put the parameters and files of a request into its call."""
        call.query = self.query(call.request)
        call.form = self.form(call.request)
        call.parts = self.multipart(call.request)
        call.parameters = [*call.query, *call.form, *call.parts]
        call.files = self.files(call.request)

    def query(self, request: Request) -> list[Pair]:
        """Those of the URL (AB-REQ-03)."""
        return self.decode(request.query_string)

    def form(self, request: Request) -> list[Pair]:
        """Those of a urlencoded body; none of a body of another type."""
        return self.decode(request.get_data()) if request.mimetype == FORM else []

    def multipart(self, request: Request) -> list[Pair]:
        """The text parts of a multipart body."""
        if request.mimetype != MULTIPART:
            return []
        request.get_data()  # kept, as a signature covers its bytes
        return [(str(name), value) for name, value in request.form.items(multi=True)]

    def files(self, request: Request) -> dict[str, FileStorage]:
        """The file parts of a multipart body; of several with one name the last (AB-REQ-04)."""
        if request.mimetype != MULTIPART:
            return {}
        return {str(name): file for name, file in request.files.items(multi=True)}

    def decode(self, encoded: bytes) -> list[Pair]:
        """The pairs of a urlencoded text, in their order (AB-REQ-07)."""
        return parse_qsl(encoded.decode("utf-8", "replace"), keep_blank_values=True)
