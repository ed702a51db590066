"""The same parameters in each way of sending them (Request Parameter Encoding)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from tuningfork import not_verified
from tuningfork.apis.audioboo.error_assertions import assert_success
from tuningfork.apis.audioboo.factories import object_in_body
from tuningfork.client.client import Client
from tuningfork.client.response import JsonObject, Response
from tuningfork.testing.expect import expect
from tuningfork.testing.payloads import multipart

ENCODINGS = ("query", "urlencoded", "multipart")
FORM = "application/x-www-form-urlencoded"


def encode_parameters(encoding: str, parameters: Mapping[str, str]) -> dict[str, Any]:
    """Return the arguments of Client.request that send these parameters in one of ENCODINGS."""
    if encoding == "query":
        return {"params": parameters}
    return {"form": parameters} if encoding == "urlencoded" else multipart(parameters)


@dataclass(frozen=True, slots=True)
class TextField:
    """A text that a request writes.

    Args:
        method: of the request that writes.
        path: of the request that writes.
        parameter: the name of the text when it is sent.
        resource: the property of the envelope's body with the written resource.
        property: the name of the text in the resource.
    """

    method: str
    path: str
    parameter: str
    resource: str
    property: str

    def write(self, client: Client, encoding: str, text: str) -> Response:
        """Send the text and return the response."""
        return client.request(self.method, self.path, **encode_parameters(encoding, {self.parameter: text}))

    def expect_written(self, client: Client, response: Response, text: str) -> None:
        """Raise ExpectationFailed unless the response to `write`, and then the resource, have the text.

        The response may lack the resource, unless it is new.
        """
        body = assert_success(response).object.get("body")
        written = body.get(self.resource) if isinstance(body, JsonObject) else None
        written = written if isinstance(written, JsonObject) else JsonObject()
        if self.method == "POST" and "id" not in written:
            not_verified(f"the response to a new {self.resource} has no id")
        path = f"{self.path}/{written['id']}" if self.method == "POST" else self.path
        for found in (written, object_in_body(client.get(path).expect_ok(), self.resource)):
            expect(found.get(self.property, text), text, f"{self.property} of {self.resource}", found)


def title_of_clip(clip_id: object) -> TextField:
    """Return the title of an existing clip."""
    return TextField("PUT", f"/audio_clips/{clip_id}", "audio_clip[title]", "audio_clip", "title")


def title_of_playlist(playlist_id: object) -> TextField:
    """Return the title of an existing playlist."""
    return TextField("PUT", f"/playlists/{playlist_id}", "playlist[title]", "playlist", "title")


TITLE_OF_NEW_PLAYLIST = TextField("POST", "/playlists", "playlist[title]", "playlist", "title")


def alternative_spellings(parameter: str, text: str) -> Iterator[str]:
    """Yield equivalent spellings of a clip's parameter in a query or a form (WHATWG URL 5.1)."""
    name, value = quote(parameter, safe=""), quote(text, safe="")
    yield f"{name}={value}"
    yield f"{name}={value.replace('%20', '+')}"
    yield f"{name}={''.join(f'%{byte:02x}' for byte in text.encode())}"
    yield f"{name.replace('%5B', '%5b').replace('%5D', '%5d')}={value}"
    yield f"audio_clip%5Bdescription%5D=1&{name}={value}&audio_clip%5Btag_list%5D="
