"""Faults of what a track is made from."""

from __future__ import annotations

from typing import Any

from tuningfork.apis.audiosocket.mock.tracks import Track
from tuningfork.audit.fault import fault
from tuningfork.audit.patching import wrap_handler, wrap_method
from tuningfork.mock.errors import HttpError

CREATE = "POST /tracks"


@fault("AS-CODE-05", "AS-CODE-11")
def body_that_is_no_json_is_unprocessable(mock: Any) -> None:
    """A body that can't be read is answered 422."""

    def parse_object(original: Any, body: bytes) -> Any:
        try:
            return original(body)
        except HttpError:
            raise HttpError(422) from None

    wrap_method(mock.request_parser, "parse_object", parse_object)


@fault("AS-CODE-05")
def empty_body_is_a_track(mock: Any) -> None:
    """POST with an empty body makes a track without a name."""
    wrap_method(
        mock.request_parser,
        "parse_object",
        lambda original, body: original(body) if body else {"title": "Untitled"},
    )
    wrap_method(
        mock.request_parser, "is_json", lambda original, request: original(request) or not request.get_data()
    )


@fault("AS-CODE-05")
def title_may_be_missing(mock: Any) -> None:
    """POST with other fields and no title makes a track."""
    wrap_method(
        mock.request_parser,
        "parse_title",
        lambda original, value: "Untitled" if value is None else original(value),
    )


@fault("AS-CODE-05")
def number_is_a_title(mock: Any) -> None:
    """A title that is a number is taken as its digits."""
    wrap_method(
        mock.request_parser,
        "parse_title",
        lambda original, value: original(str(value) if isinstance(value, int | float) else value),
    )


@fault("AS-CODE-05", "AS-TRACK-01")
def length_may_be_a_text(mock: Any) -> None:
    """A length that is a text is taken."""
    wrap_method(
        mock.request_parser,
        "is_valid",
        lambda original, name, value: original(name, value) or (name == "length" and isinstance(value, str)),
    )


@fault("AS-CODE-05", "AS-TRACK-01")
def genres_may_be_one_text(mock: Any) -> None:
    """Genres that are one text are taken."""
    wrap_method(
        mock.request_parser,
        "is_valid",
        lambda original, name, value: original(name, value) or (name == "genres" and isinstance(value, str)),
    )


@fault("AS-CODE-05", "AS-TRACK-01")
def explicit_may_be_a_number(mock: Any) -> None:
    """`explicit` that is 0, 1 or a text is taken."""
    wrap_method(
        mock.request_parser,
        "is_valid",
        lambda original, name, value: original(name, value) or name == "explicit",
    )


@fault("AS-CODE-05")
def refused_body_is_kept(mock: Any) -> None:
    """A track whose length is of another type is answered 400, and is there."""

    def create(handle: Any, mock: Any, context: Any) -> Any:
        try:
            return handle(mock, context)
        except HttpError as error:
            if "another type" in str(error.message):
                mock.tracks.add(
                    context.account, mock.request_parser.parse_object(context.request.get_data())["title"], {}
                )
            raise

    wrap_handler(mock.handlers, CREATE, create)


@fault("AS-CODE-05")
def broken_json_is_kept(mock: Any) -> None:
    """A body that breaks off is answered 400, and an empty track is there."""

    def create(handle: Any, mock: Any, context: Any) -> Any:
        try:
            return handle(mock, context)
        except HttpError as error:
            if "can't be read" in str(error.message):
                mock.tracks.add(context.account, "Untitled", {})
            raise

    wrap_handler(mock.handlers, CREATE, create)


@fault("AS-CODE-11", "AS-CODE-03", "AS-TRACK-03")
def emoji_is_unprocessable(mock: Any) -> None:
    """A title with a letter beyond U+FFFF is answered 422."""

    def parse_title(original: Any, value: Any) -> str:
        text: str = original(value)
        if any(ord(letter) > 0xFFFF for letter in text):
            raise HttpError(422)
        return text

    wrap_method(mock.request_parser, "parse_title", parse_title)


@fault("AS-TRACK-03", "AS-CODE-03")
def emoji_is_lost(mock: Any) -> None:
    """A letter beyond U+FFFF in a title becomes a question mark."""
    _titling(mock, lambda text: "".join("?" if ord(letter) > 0xFFFF else letter for letter in text))


@fault("AS-TRACK-03", "AS-CODE-03")
def inner_spaces_are_one(mock: Any) -> None:
    """Several spaces in a title become one."""
    _titling(mock, lambda text: " ".join(text.split()))


@fault("AS-TRACK-03", "AS-CODE-03")
def title_is_cut_at_191(mock: Any) -> None:
    """A title is cut after 191 characters."""
    _titling(mock, lambda text: text[:191])


@fault("AS-TRACK-03", "AS-CODE-03")
def quotes_are_escaped(mock: Any) -> None:
    """A quote in a title becomes `&quot;`."""
    _titling(mock, lambda text: text.replace('"', "&quot;"))


@fault("AS-TRACK-03", "AS-CODE-03")
def direction_is_lost(mock: Any) -> None:
    """A title that is read from right to left is kept backwards."""
    _titling(
        mock, lambda text: text[::-1] if any("\u0590" <= letter <= "\u08ff" for letter in text) else text
    )


@fault("AS-TRACK-01")
def one_track_in_fifty_has_no_title(mock: Any) -> None:
    """One track in fifty has no title."""
    _showing(
        mock,
        lambda track: track.id % 50 == 2,
        lambda serialized: {k: serialized[k] for k in serialized if k != "title"},
    )


@fault("AS-TRACK-01")
def long_length_is_a_text(mock: Any) -> None:
    """A length of over ten minutes reads "14:10"."""
    _showing(
        mock,
        lambda track: track.properties.get("length", 0) > 600,
        lambda serialized: (
            serialized | {"length": f"{int(serialized['length']) // 60}:{int(serialized['length']) % 60:02}"}
        ),
    )


@fault("AS-TRACK-01")
def artist_is_a_name(mock: Any) -> None:
    """An artist is only a name."""
    _showing(
        mock,
        lambda track: "artist" in track.properties,
        lambda serialized: serialized | {"artist": serialized["artist"]["name"]},
    )


@fault("AS-TRACK-02")
def list_rounds_lengths(mock: Any) -> None:
    """The list has whole seconds, one track its fraction."""
    _listing(
        mock,
        lambda serialized: (
            serialized | {"length": round(serialized["length"])} if "length" in serialized else serialized
        ),
    )


@fault("AS-TRACK-02", "AS-TRACK-03")
def list_cuts_long_titles(mock: Any) -> None:
    """The list has the first 40 characters of a title."""
    _listing(mock, lambda serialized: serialized | {"title": serialized["title"][:40]})


@fault("AS-TRACK-02")
def list_forgets_one_genre(mock: Any) -> None:
    """The list has at most two genres of a track."""
    _listing(
        mock,
        lambda serialized: (
            serialized | {"genres": serialized["genres"][:2]} if "genres" in serialized else serialized
        ),
    )


def _titling(mock: Any, change: Any) -> None:
    wrap_method(mock.request_parser, "parse_title", lambda original, value: change(original(value)))


def _showing(mock: Any, which: Any, change: Any) -> None:
    def serialize(original: Any, track: Track) -> Any:
        serialized = original(track)
        return change(serialized) if which(track) else serialized

    wrap_method(mock.tracks, "serialize", serialize)


def _listing(mock: Any, change: Any) -> None:
    wrap_method(
        mock.tracks,
        "serialize_list",
        lambda original, tracks: [change(serialized) for serialized in original(tracks)],
    )
