"""Faults of request bodies, and of the tracks that they create."""

from __future__ import annotations

from typing import Any

from tuningfork.apis.audiosocket.mock.tracks import Track
from tuningfork.audit.fault import fault
from tuningfork.audit.patching import wrap_handler, wrap_method
from tuningfork.mock.errors import HttpError

CREATE = "POST /tracks"


@fault("AS-CODE-05", "AS-CODE-11")
def invalid_json_returns_422(mock: Any) -> None:
    """A body that is not valid JSON returns 422 instead of 400."""

    def parse_object(original: Any, body: bytes) -> Any:
        try:
            return original(body)
        except HttpError:
            raise HttpError(422) from None

    wrap_method(mock.request_parser, "parse_object", parse_object)


@fault("AS-CODE-05")
def empty_body_creates_track(mock: Any) -> None:
    """POST with an empty body creates a track with the title Untitled."""
    wrap_method(
        mock.request_parser,
        "parse_object",
        lambda original, body: original(body) if body else {"title": "Untitled"},
    )
    wrap_method(
        mock.request_parser, "is_json", lambda original, request: original(request) or not request.get_data()
    )


@fault("AS-CODE-05")
def missing_title_is_accepted(mock: Any) -> None:
    """POST without a `title` creates a track with the title Untitled."""
    wrap_method(
        mock.request_parser,
        "parse_title",
        lambda original, value: "Untitled" if value is None else original(value),
    )


@fault("AS-CODE-05")
def numeric_title_is_accepted(mock: Any) -> None:
    """A `title` that is a number is accepted and stored as a string."""
    wrap_method(
        mock.request_parser,
        "parse_title",
        lambda original, value: original(str(value) if isinstance(value, int | float) else value),
    )


@fault("AS-CODE-05", "AS-TRACK-01")
def string_length_is_accepted(mock: Any) -> None:
    """A `length` that is a string is accepted."""
    wrap_method(
        mock.request_parser,
        "is_valid",
        lambda original, name, value: original(name, value) or (name == "length" and isinstance(value, str)),
    )


@fault("AS-CODE-05", "AS-TRACK-01")
def string_genres_are_accepted(mock: Any) -> None:
    """A string as `genres` is accepted instead of a list."""
    wrap_method(
        mock.request_parser,
        "is_valid",
        lambda original, name, value: original(name, value) or (name == "genres" and isinstance(value, str)),
    )


@fault("AS-CODE-05", "AS-TRACK-01")
def explicit_of_any_type_is_accepted(mock: Any) -> None:
    """The property `explicit` is accepted with a value of any type."""
    wrap_method(
        mock.request_parser,
        "is_valid",
        lambda original, name, value: original(name, value) or name == "explicit",
    )


@fault("AS-CODE-05")
def numeric_string_is_a_length(mock: Any) -> None:
    """A `length` such as "61.5" is accepted and stored as a number."""
    _convert(mock, "length", lambda value: isinstance(value, str) and value.replace(".", "").isdigit(), float)


@fault("AS-CODE-05")
def boolean_is_a_length(mock: Any) -> None:
    """A `length` of true is accepted and stored as 1."""
    _convert(mock, "length", lambda value: isinstance(value, bool), int)


@fault("AS-CODE-05")
def explicit_may_be_0_or_1(mock: Any) -> None:
    """The numbers 0 and 1 are accepted as `explicit`."""
    _convert(mock, "explicit", lambda value: type(value) is int and value in (0, 1), bool)


@fault("AS-CODE-05")
def genres_may_be_separated_by_commas(mock: Any) -> None:
    """A string with a comma is accepted as `genres`."""
    _convert(
        mock, "genres", lambda value: isinstance(value, str) and "," in value, lambda value: value.split(",")
    )


@fault("AS-CODE-05")
def refused_body_creates_track(mock: Any) -> None:
    """A body with a property of a wrong type is refused with 400, but creates the track."""

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
def invalid_json_creates_track(mock: Any) -> None:
    """A body that is not valid JSON returns 400, but creates a track."""

    def create(handle: Any, mock: Any, context: Any) -> Any:
        try:
            return handle(mock, context)
        except HttpError as error:
            if "can't be read" in str(error.message):
                mock.tracks.add(context.account, "Untitled", {})
            raise

    wrap_handler(mock.handlers, CREATE, create)


@fault("AS-CODE-11", "AS-CODE-03", "AS-TRACK-03")
def emoji_in_title_returns_422(mock: Any) -> None:
    """A `title` with an emoji, or another character beyond U+FFFF, returns 422."""

    def parse_title(original: Any, value: Any) -> str:
        text: str = original(value)
        if any(ord(letter) > 0xFFFF for letter in text):
            raise HttpError(422)
        return text

    wrap_method(mock.request_parser, "parse_title", parse_title)


@fault("AS-TRACK-03", "AS-CODE-03")
def emoji_in_title_becomes_question_mark(mock: Any) -> None:
    """An emoji, or another character beyond U+FFFF, in a `title` is stored as a question mark."""
    _edit_titles(mock, lambda text: "".join("?" if ord(letter) > 0xFFFF else letter for letter in text))


@fault("AS-TRACK-03", "AS-CODE-03")
def spaces_in_title_are_collapsed(mock: Any) -> None:
    """Several spaces in a title are stored as one."""
    _edit_titles(mock, lambda text: " ".join(text.split()))


@fault("AS-TRACK-03", "AS-CODE-03")
def title_is_cut_to_191_characters(mock: Any) -> None:
    """A title is cut to 191 characters."""
    _edit_titles(mock, lambda text: text[:191])


@fault("AS-TRACK-03", "AS-CODE-03")
def quotes_in_title_are_escaped(mock: Any) -> None:
    """A quote in a title is stored as `&quot;`."""
    _edit_titles(mock, lambda text: text.replace('"', "&quot;"))


@fault("AS-TRACK-03", "AS-CODE-03")
def right_to_left_title_is_reversed(mock: Any) -> None:
    """A title with right-to-left characters is stored reversed."""
    _edit_titles(
        mock, lambda text: text[::-1] if any("\u0590" <= letter <= "\u08ff" for letter in text) else text
    )


@fault("AS-TRACK-01")
def one_track_in_fifty_has_no_title(mock: Any) -> None:
    """One track in fifty has no property `title`."""
    _edit_tracks(
        mock,
        lambda track: track.id % 50 == 2,
        lambda serialized: {k: serialized[k] for k in serialized if k != "title"},
    )


@fault("AS-TRACK-01")
def long_length_is_string(mock: Any) -> None:
    """A `length` of more than ten minutes is a string such as "1410"."""
    _edit_tracks(
        mock,
        lambda track: track.properties.get("length", 0) > 600,
        lambda serialized: (
            serialized | {"length": f"{int(serialized['length']) // 60}:{int(serialized['length']) % 60:02}"}
        ),
    )


@fault("AS-TRACK-01")
def artist_is_string(mock: Any) -> None:
    """The `artist` of a track is a string instead of an object."""
    _edit_tracks(
        mock,
        lambda track: "artist" in track.properties,
        lambda serialized: serialized | {"artist": serialized["artist"]["name"]},
    )


@fault("AS-TRACK-02")
def list_rounds_lengths(mock: Any) -> None:
    """The list of tracks rounds each `length`; GET /tracks/{id} does not."""
    _edit_listed_tracks(
        mock,
        lambda serialized: (
            serialized | {"length": round(serialized["length"])} if "length" in serialized else serialized
        ),
    )


@fault("AS-TRACK-02", "AS-TRACK-03")
def list_cuts_long_titles(mock: Any) -> None:
    """The list of tracks cuts each `title` to 40 characters."""
    _edit_listed_tracks(mock, lambda serialized: serialized | {"title": serialized["title"][:40]})


@fault("AS-TRACK-02")
def list_has_two_genres_at_most(mock: Any) -> None:
    """The list of tracks has at most two `genres` of each track."""
    _edit_listed_tracks(
        mock,
        lambda serialized: (
            serialized | {"genres": serialized["genres"][:2]} if "genres" in serialized else serialized
        ),
    )


@fault("AS-TRACK-03")
def equals_sign_at_start_is_escaped(mock: Any) -> None:
    """A title that starts with an equals sign is stored with an apostrophe before it."""
    _edit_titles(mock, lambda title: f"'{title}" if title.startswith("=") else title)


@fault("AS-TRACK-03")
def byte_order_mark_in_title_is_removed(mock: Any) -> None:
    """The character U+FEFF is removed from a title."""
    _edit_titles(mock, lambda title: title.replace("\ufeff", ""))


def _convert(mock: Any, name: str, applies: Any, convert: Any) -> None:
    """Accept the values of an optional property for which `applies(value)` is true, converted."""

    def parse_optional(original: Any, parsed: str, value: Any) -> Any:
        return original(parsed, convert(value) if parsed == name and applies(value) else value)

    wrap_method(mock.request_parser, "parse_optional", parse_optional)


def _edit_titles(mock: Any, change: Any) -> None:
    """Replace the title of every new track by `change(title)`."""
    wrap_method(mock.request_parser, "parse_title", lambda original, value: change(original(value)))


def _edit_tracks(mock: Any, condition: Any, change: Any) -> None:
    """Replace the JSON of the tracks for which `condition(track)` is true by `change(json)`."""

    def serialize(original: Any, track: Track) -> Any:
        serialized = original(track)
        return change(serialized) if condition(track) else serialized

    wrap_method(mock.tracks, "serialize", serialize)


def _edit_listed_tracks(mock: Any, change: Any) -> None:
    """Replace the JSON of every track in a list by `change(json)`."""
    wrap_method(
        mock.tracks,
        "serialize_list",
        lambda original, tracks: [change(serialized) for serialized in original(tracks)],
    )
