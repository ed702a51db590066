"""Errors (Response Status Codes): two headers, and the same in the body."""

from __future__ import annotations

import re
from collections.abc import Mapping
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from flask import Response

from tuningfork.mock.errors import Refusal

if TYPE_CHECKING:
    from tuningfork.apis.audioboo.mock.app import AudioBoo

CODE = "X-Audioboo-Error_code"
DESCRIPTION = "X-Audioboo-Error_description"
CHALLENGE = 'OAuth realm="https://api.audioboom.com/"'
LONGEST = 300


class Errors:
    """Words errors."""

    def __init__(self, mock: AudioBoo) -> None:
        self.mock = mock

    def code(self, refusal: Refusal) -> int:
        """The number of an error: its own, or its status."""
        return refusal.code or refusal.status

    def reason(self, status: int) -> str:
        """What a status says by itself."""
        try:
            return HTTPStatus(status).phrase
        except ValueError:
            return "The request was refused"

    def line(self, text: str) -> str:
        """A text as one line of plain ASCII, whatever it had in it (AB-ERR-06)."""
        return re.sub(r"[^ -~]+", " ", text).strip()[:LONGEST]

    def description(self, refusal: Refusal) -> str:
        """A line for people, never an empty one (AB-ERR-01)."""
        return self.line(refusal.message or "") or self.reason(refusal.status)

    def headers(self, refusal: Refusal) -> Mapping[str, str]:
        """What tells that the request was wrong (AB-ERR-01); a failure of the server has none (AB-ERR-05)."""
        if refusal.status >= 500:
            return {}
        told = {CODE: str(self.code(refusal)), DESCRIPTION: self.description(refusal)}
        return told | ({"WWW-Authenticate": CHALLENGE} if refusal.status == 401 else {})

    def body(self, refusal: Refusal) -> dict[str, Any]:
        """The error within the envelope (AB-ERR-03)."""
        if refusal.status >= 500:
            return {}
        return {"error": {"code": self.code(refusal), "description": self.description(refusal)}}

    def answer(self, refusal: Refusal) -> Response:
        """The whole answer."""
        made = self.mock.envelope.answer(self.body(refusal), refusal.status)
        made.headers.update({**self.headers(refusal), **refusal.headers})
        return made
