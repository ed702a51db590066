"""The same parameters in each of the ways in which they may be sent (Request Parameter Encoding)."""

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
from tuningfork.model import ExpectationFailed
from tuningfork.testing.payloads import multipart

ENCODINGS = ("query", "urlencoded", "multipart")
FORM = "application/x-www-form-urlencoded"


def encoded(encoding: str, parameters: Mapping[str, str]) -> dict[str, Any]:
    """What Client.request takes for these parameters.

    Args:
        encoding: one of ENCODINGS.
        parameters: text by name; line ends stay as they are.
    """
    if encoding == "query":
        return {"params": parameters}
    return {"form": parameters} if encoding == "urlencoded" else multipart(parameters)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a text is written by a parameter, and which member of which resource it then is.

    Args:
        method: of the request that writes.
        path: of the request that writes.
        parameter: the name of the text when it is sent.
        resource: the member of the envelope's body that has it.
        member: its name there.
    """

    method: str
    path: str
    parameter: str
    resource: str
    member: str

    def write(self, client: Client, encoding: str, text: str) -> Response:
        """Send the text, whatever comes of it."""
        return client.request(self.method, self.path, **encoded(encoding, {self.parameter: text}))

    def arrives(self, client: Client, encoding: str, text: str) -> None:
        """Write the text and read it again, in the answer if that shows it; fail if it is another."""
        answer = assert_success(self.write(client, encoding, text))
        made = self._within(answer)
        if self.method == "POST" and "id" not in made:
            not_verified(f"the target's answer to a new {self.resource} has no id")
        again = client.get(f"{self.path}/{made['id']}" if self.method == "POST" else self.path).expect_ok()
        for where, found in (("the answer", made), ("what is read", object_in_body(again, self.resource))):
            if found.get(self.member, text) != text:
                raise ExpectationFailed(
                    f"{text!r}, as it was sent ({encoding})", f"{found[self.member]!r} in {where}"
                )

    def _within(self, answer: Response) -> JsonObject:
        """The resource in an answer to a write, empty if there is none."""
        body = answer.object.get("body")
        found = body.get(self.resource) if isinstance(body, JsonObject) else None
        return found if isinstance(found, JsonObject) else JsonObject()


def title_of_clip(clip: object) -> Place:
    """The title of the clip with this id, to be changed."""
    return Place("PUT", f"/audio_clips/{clip}", "audio_clip[title]", "audio_clip", "title")


def title_of_playlist(playlist: object) -> Place:
    """The title of the playlist with this id, to be changed."""
    return Place("PUT", f"/playlists/{playlist}", "playlist[title]", "playlist", "title")


TITLE_OF_NEW_PLAYLIST = Place("POST", "/playlists", "playlist[title]", "playlist", "title")
"""The title of a playlist that is made by it."""


def alternative_spellings(parameter: str, text: str) -> Iterator[str]:
    """Ways to write one parameter in a query or a form that all say the same (WHATWG URL 5.1)."""
    name, value = quote(parameter, safe=""), quote(text, safe="")
    yield f"{name}={value}"
    yield f"{name}={value.replace('%20', '+')}"
    yield f"{name}={''.join(f'%{byte:02x}' for byte in text.encode())}"
    yield f"{name.replace('%5B', '%5b').replace('%5D', '%5d')}={value}"
    yield f"no_such_parameter=1&{name}={value}&no_such_other="
