"""What goes wrong with requests and uploads (Request URLs, Request Parameter Encoding)."""

from __future__ import annotations

from collections.abc import Callable
from html import unescape
from typing import Any

from tuningfork.apis.audioboo.mock.models import Clip, User
from tuningfork.audit.fault import fault
from tuningfork.audit.patching import wrap_handler, wrap_method
from tuningfork.mock.errors import HttpError

UPLOAD = "POST /account/audio_clips"
SILENCE = b"RIFF\x24\x00\x00\x00WAVEfmt " + bytes(2000)
Pair = tuple[str, str]


@fault("AB-REQ-01")
def followed_clips_are_ones_own_too(mock: Any) -> None:
    """/users/{id}/audio_clips/followed has the user's own clips among the others."""

    def followed_by_user(handle: Any, mock: Any, context: Any, user_id: str) -> Any:
        user = mock.users.get_or_404(user_id)
        found = mock.clips.sort_newest_first(
            [*mock.clips.list_followed_by(user), *mock.clips.list_by_user(user)]
        )
        return mock.pagination.respond(context, "audio_clips", found, mock.clips.serialize)

    wrap_handler(mock.handlers, "GET /users/{user_id}/audio_clips/followed", followed_by_user)


@fault("AB-REQ-01", "AB-SOC-02")
def followed_clips_are_of_the_first_followed(mock: Any) -> None:
    """Of all whom a user follows, only the clips of the one followed longest are listed."""

    def list_followed_by(_original: Any, user: User) -> list[Clip]:
        followed = mock.users.followings(user)[-1:]
        return [clip for one in followed for clip in mock.clips.list_by_user(one)]

    wrap_method(mock.clips, "list_followed_by", list_followed_by)


@fault("AB-REQ-02", "AB-ERR-04")
def new_clip_is_answered_200(mock: Any) -> None:
    """An upload is answered 200, as if nothing were new."""

    def upload(handle: Any, *args: Any) -> Any:
        response = handle(*args)
        response.status_code = 200
        return response

    wrap_handler(mock.handlers, UPLOAD, upload)


@fault("AB-REQ-02")
def new_clip_is_not_among_the_accounts(mock: Any) -> None:
    """/account/audio_clips does not have what was uploaded since the server began."""

    def clips(handle: Any, mock: Any, context: Any) -> Any:
        found = [clip for clip in mock.clips.list_by_user(context.user) if clip.id < 900_000]
        return mock.pagination.respond(context, "audio_clips", found, mock.clips.serialize)

    wrap_handler(mock.handlers, "GET /account/audio_clips", clips)


@fault("AB-REQ-03", "AB-REQ-07")
def query_of_a_write_is_passed_over(mock: Any) -> None:
    """POST and PUT read what stands in their body, and nothing of the query."""

    def values(context: Any, pair: Pair) -> bool:
        return context.request.method not in ("POST", "PUT") or pair not in context.query

    _reading(mock, lambda context: [pair for pair in context.parameters if values(context, pair)])


@fault("AB-REQ-03", "AB-REQ-07")
def parts_without_a_file_are_passed_over(mock: Any) -> None:
    """A multipart body is only read where a file is in it."""
    _reading(
        mock,
        lambda context: [pair for pair in context.parameters if context.files or pair not in context.parts],
    )


@fault("AB-REQ-04")
def urlencoded_audio_is_taken(mock: Any) -> None:
    """Audio is taken out of a urlencoded form, whatever the encoding has made of it."""

    def read_audio(original: Any, context: Any) -> Any:
        text = context.text("audio_clip[uploaded_data]") or ""
        return SILENCE if context.form and text and not text.startswith("{") else original(context)

    wrap_method(mock.uploads, "read_audio", read_audio)


@fault("AB-REQ-04", "AB-ERR-01", "AB-ERR-03")
def urlencoded_audio_is_refused_without_a_reason(mock: Any) -> None:
    """A urlencoded upload is refused 415 by something that knows no error headers."""

    def upload(handle: Any, mock: Any, context: Any) -> Any:
        return mock.envelope.respond({}, 415) if context.form else handle(mock, context)

    wrap_handler(mock.handlers, UPLOAD, upload)


@fault("AB-REQ-05")
def clip_without_a_title_is_untitled(mock: Any) -> None:
    """An upload without a title is called Untitled."""

    def read_clip(original: Any, context: Any) -> dict[str, Any]:
        values: dict[str, Any] = original(context)
        return {"title": "Untitled"} | values if context.operation == UPLOAD else values

    wrap_method(mock.form_fields, "read_clip", read_clip)


@fault("AB-REQ-05")
def clip_without_audio_is_silent(mock: Any) -> None:
    """An upload without a file is a recording of nothing."""

    def read_audio(original: Any, context: Any) -> Any:
        name = "audio_clip[uploaded_data]"
        return original(context) if name in context.files or context.text(name) else SILENCE

    wrap_method(mock.uploads, "read_audio", read_audio)


@fault("AB-REQ-05")
def clip_without_a_title_is_refused_and_kept(mock: Any) -> None:
    """An upload without a title is refused, but the clip is there, without a name."""

    def upload(handle: Any, mock: Any, context: Any) -> Any:
        if context.text("audio_clip[title]") is None:
            mock.clips.create(
                context.user, {"title": ""}, mock.uploads.measure_duration(mock.uploads.read_audio(context))
            )
            raise HttpError(422, "title is missing")
        return handle(mock, context)

    wrap_handler(mock.handlers, UPLOAD, upload)


@fault("AB-REQ-06")
def same_uuid_makes_two_clips(mock: Any) -> None:
    """Nobody looks whether a uuid has come before."""
    mock.clips.find_by_uuid = lambda _owner, _uuid: None


@fault("AB-REQ-06")
def same_uuid_is_unprocessable(mock: Any) -> None:
    """A uuid that has come before is refused 422."""

    def find_by_uuid(original: Any, owner: User, uuid: str | None) -> None:
        if original(owner, uuid):
            raise HttpError(422, "uuid is taken")

    wrap_method(mock.clips, "find_by_uuid", find_by_uuid)


@fault("AB-REQ-06")
def same_uuid_is_answered_and_added(mock: Any) -> None:
    """A uuid that has come before is answered with the old clip, but a second one is in the lists."""

    def upload(handle: Any, mock: Any, context: Any) -> Any:
        response = handle(mock, context)
        if response.status_code == 200:
            values = {
                name: value for name, value in mock.form_fields.read_clip(context).items() if name != "uuid"
            }
            mock.clips.create(context.user, values, 1.0)
        return response

    wrap_handler(mock.handlers, UPLOAD, upload)


@fault("AB-REQ-07")
def line_ends_in_a_part_are_spaces(mock: Any) -> None:
    """A line end within a value of a multipart body arrives as a space."""
    _texts(mock, "parts", lambda text: " ".join(text.splitlines()) if text.strip() else text)


@fault("AB-REQ-07", "AB-REQ-03")
def ampersand_in_a_title_is_escaped(mock: Any) -> None:
    """An `&` in a title is kept as `&amp;`."""
    wrap_method(
        mock.form_fields, "parse_title", lambda original, *args: original(*args).replace("&", "&amp;")
    )


@fault("AB-REQ-07")
def entities_in_a_title_are_letters(mock: Any) -> None:
    """`&amp;` in a title is kept as `&`."""
    wrap_method(mock.form_fields, "parse_title", lambda original, *args: unescape(original(*args)))


@fault("AB-REQ-07")
def noughts_before_a_number_are_lost(mock: Any) -> None:
    """A title of digits is kept as a number."""

    def parse_title(original: Any, *args: Any) -> Any:
        text = original(*args)
        return text.lstrip("0") or "0" if text.isdigit() else text

    wrap_method(mock.form_fields, "parse_title", parse_title)


@fault("AB-REQ-07", "AB-REQ-03")
def emoji_in_a_query_are_lost(mock: Any) -> None:
    """What has no place in 16 bits is left out of the values of a query."""
    _texts(mock, "query", lambda text: "".join(letter for letter in text if ord(letter) < 0x10000))


@fault("AB-REQ-07")
def percent_in_a_form_is_decoded_twice(mock: Any) -> None:
    """`%25` in a urlencoded body becomes nothing, as its value is decoded once more."""
    _texts(mock, "form", lambda text: text.replace("%", ""))


def _reading(mock: Any, read: Callable[[Any], list[Pair]]) -> None:
    """Change the parameters of a request after its signature has been judged."""

    def identify_signer(original: Any, context: Any) -> None:
        original(context)
        context.parameters = read(context)

    wrap_method(mock.authorization, "identify_signer", identify_signer)


def _texts(mock: Any, source: str, change: Callable[[str], str]) -> None:
    """Change the values of one encoding: `query`, `form` or `parts`."""

    def read(context: Any) -> list[Pair]:
        of_source = getattr(context, source)
        return [
            (name, change(text) if (name, text) in of_source else text) for name, text in context.parameters
        ]

    _reading(mock, read)
