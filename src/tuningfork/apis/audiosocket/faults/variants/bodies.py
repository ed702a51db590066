"""Other bodies that the claims allow."""

from __future__ import annotations

import json
from typing import Any

from flask import request

from tuningfork.apis.audiosocket.mock.tracks import Track
from tuningfork.apis.audiosocket.response_edits import Body, edit_bodies, edit_responses, replace_with_html
from tuningfork.audit.fault import variant
from tuningfork.audit.patching import wrap_handler, wrap_method
from tuningfork.mock.errors import HttpError

CREATE = "POST /tracks"


@variant("AS-ENV-04", "AS-ENV-05")
def absent_members_are_null(mock: Any) -> None:
    """Data has the error null beside it, and an error the data null."""
    edit_bodies(mock, lambda body: {"data": None, "error": None} | body)


@variant("AS-ENV-01", "AS-TRACK-01")
def envelopes_have_more_members(mock: Any) -> None:
    """Every body, and every track, has members that no document knows."""
    wrap_method(mock.answers, "body", lambda body, status: {**body(status), "request_id": "r-1", "meta": {}})
    wrap_method(
        mock.tracks, "show", lambda show, track: {**show(track), "urn": f"as:{track.id}", "bpm": None}
    )


@variant("AS-ENV-01")
def envelopes_are_in_another_order(mock: Any) -> None:
    """The members of every body stand in the opposite order, over many lines."""

    def change(made: Any) -> Any:
        if made.is_json and made.get_data():
            made.set_data(json.dumps(dict(reversed(made.get_json().items())), indent=2))
        return made

    edit_responses(mock, change)


@variant("AS-ENV-09")
def errors_say_what_is_wrong(mock: Any) -> None:
    """The error is the detail alone, where there is one, and a sentence of its own where not."""

    def text(text: Any, status: int, detail: str | None) -> str:
        own = {401: "Show a token that you were given", 404: "There is no such track", 409: "Sent before"}
        told: str = detail or own.get(status) or text(status, detail)
        return told

    wrap_method(mock.answers, "text", text)


@variant("AS-ENV-09")
def errors_are_only_the_documented_texts(mock: Any) -> None:
    """No error says more than its documented text."""
    wrap_method(mock.answers, "text", lambda text, status, _: text(status, None))


@variant("AS-ENV-03")
def unlisted_statuses_have_a_message_of_their_own(mock: Any) -> None:
    """The message of a status that the document does not list is any text."""
    wrap_method(
        mock.answers,
        "phrase",
        lambda phrase, status: "refused" if status in (405, 406, 413, 415) else phrase(status),
    )


@variant("AS-TRACK-01", "AS-CODE-02", "AS-CODE-04", "AS-CODE-06")
def ids_are_texts(mock: Any) -> None:
    """The id of a track is a text, `trk_51201`."""
    wrap_method(mock.tracks, "show", lambda show, track: {**show(track), "id": f"trk_{track.id}"})
    wrap_method(mock.tracks, "number", lambda number, text: number(text[4:]) if text[:4] == "trk_" else None)

    def create(handle: Any, mock: Any, call: Any) -> Any:
        answer = handle(mock, call)
        head, _, number = answer.headers["Location"].rpartition("/")
        answer.headers["Location"] = f"{head}/trk_{number}"
        return answer

    wrap_handler(mock.handlers, CREATE, create)


@variant("AS-TRACK-01", "AS-CODE-03", "AS-CODE-05", "AS-TRACK-03")
def title_is_called_name(mock: Any) -> None:
    """A track has `name` in place of `title`, when it is created too."""

    def document(document: Any, body: bytes) -> Body:
        found: Body = document(body)
        return {**found, "title": found.get("name")}

    def show(show: Any, track: Track) -> Body:
        shown: Body = show(track)
        return {"name" if name == "title" else name: value for name, value in shown.items()}

    wrap_method(mock.inputs, "document", document)
    wrap_method(mock.tracks, "show", show)


@variant("AS-TRACK-01")
def what_is_not_known_is_null(mock: Any) -> None:
    """A track without length, album, artist, genres or moods has them as null."""
    names = ("length", "album", "artist", "explicit", "genres", "moods")
    wrap_method(mock.tracks, "show", lambda show, track: {**dict.fromkeys(names), **show(track)})


@variant("AS-TRACK-02")
def list_shows_less(mock: Any) -> None:
    """The list has id and title of a track, and no more."""
    wrap_method(
        mock.tracks,
        "listed",
        lambda listed, tracks: [{"id": one["id"], "title": one["title"]} for one in listed(tracks)],
    )


@variant("AS-TRACK-02", "AS-CODE-01", "AS-CODE-12")
def list_begins_with_the_newest(mock: Any) -> None:
    """The list is newest first."""
    wrap_method(mock.tracks, "listed", lambda listed, tracks: listed(tracks[::-1]))


@variant("AS-TRACK-01")
def genres_are_objects(mock: Any) -> None:
    """The genres and moods that a track had from the first are objects with id and name."""

    def show(show: Any, track: Track) -> Body:
        shown: Body = show(track)
        if track.source is not None:
            return shown
        named = {name: shown[name] for name in ("genres", "moods") if shown.get(name)}
        return shown | {
            name: [{"id": len(word), "name": word} for word in words] for name, words in named.items()
        }

    wrap_method(mock.tracks, "show", show)


@variant("AS-CODE-05")
def empty_text_is_a_title(mock: Any) -> None:
    """A title may be empty, or null, which is the same."""

    def title(title: Any, value: Any) -> str:
        told: str = title(value) if isinstance(value, str) and value.strip() else ""
        if value is not None and not isinstance(value, str):
            raise HttpError(400, "title is no text")
        return told

    def document(document: Any, body: bytes) -> Body:
        found: Body = document(body)
        if "title" not in found:
            raise HttpError(400, "title is missing")
        return found

    wrap_method(mock.inputs, "title", title)
    wrap_method(mock.inputs, "document", document)


@variant("AS-CODE-05")
def null_is_of_another_type(mock: Any) -> None:
    """A field that is null is answered 400."""

    def document(document: Any, body: bytes) -> Body:
        found: Body = document(body)
        if None in found.values():
            raise HttpError(400, "a field is null")
        return found

    wrap_method(mock.inputs, "document", document)


@variant("AS-ENV-01", "AS-CODE-14")
def malformed_requests_are_refused_in_words(mock: Any) -> None:
    """What is no path of HTTP is answered 400 by a page, as servers do before they look where it leads."""

    def change(made: Any) -> Any:
        if "\0" in request.path and made.status_code in (401, 404):
            made.status = "400 Bad Request"
            return replace_with_html(made)
        return made

    edit_responses(mock, change)
