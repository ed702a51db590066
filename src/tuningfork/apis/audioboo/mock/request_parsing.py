"""Parsing of parameters in their three encodings (Request Parameter Encoding)."""

from __future__ import annotations

from urllib.parse import parse_qsl

from flask import Request
from werkzeug.datastructures import FileStorage

from tuningfork.apis.audioboo.mock.request_context import Pair, RequestContext

FORM = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data"


class RequestParser:
    """Parses the parameters and files of a request."""

    def parse(self, context: RequestContext) -> None:
        """Parse the request's parameters and files into its context."""
        context.query = self.parse_query(context.request)
        context.form = self.parse_form(context.request)
        context.parts = self.parse_multipart(context.request)
        context.parameters = [*context.query, *context.form, *context.parts]
        context.files = self.parse_files(context.request)

    def parse_query(self, request: Request) -> list[Pair]:
        """Return the parameters of the URL (AB-REQ-03)."""
        return self.decode_pairs(request.query_string)

    def parse_form(self, request: Request) -> list[Pair]:
        """Return the parameters of a urlencoded body; an empty list for a body of another type."""
        return self.decode_pairs(request.get_data()) if request.mimetype == FORM else []

    def parse_multipart(self, request: Request) -> list[Pair]:
        """Return the text parts of a multipart body."""
        if request.mimetype != MULTIPART:
            return []
        request.get_data()  # caches the raw body, which the signature covers
        return [(str(name), value) for name, value in request.form.items(multi=True)]

    def parse_files(self, request: Request) -> dict[str, FileStorage]:
        """Return the file parts of a multipart body by name, the last of each name (AB-REQ-04)."""
        if request.mimetype != MULTIPART:
            return {}
        return {str(name): file for name, file in request.files.items(multi=True)}

    def decode_pairs(self, encoded: bytes) -> list[Pair]:
        """Return the names and values of a urlencoded text, in order (AB-REQ-07)."""
        return parse_qsl(encoded.decode("utf-8", "replace"), keep_blank_values=True)
