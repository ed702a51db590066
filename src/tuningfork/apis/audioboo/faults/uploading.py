"""Faults of request URLs, parameters and uploads (Request URLs, Request Parameter Encoding)."""

from __future__ import annotations

from collections.abc import Callable
from html import unescape
from typing import Any

from tuningfork.apis.audioboo.mock.models import Clip, User
from tuningfork.audit.fault import fault
from tuningfork.audit.patching import wrap_handler, wrap_method
from tuningfork.mock.errors import HttpError

UPLOAD = "POST /account/audio_clips"
AUDIO = "audio_clip[uploaded_data]"
SILENCE = b"RIFF\x24\x00\x00\x00WAVEfmt " + bytes(2000)
Pair = tuple[str, str]


@fault("AB-REQ-01")
def followed_clips_include_own_clips(mock: Any) -> None:
    """GET /users/{id}/audio_clips/followed includes the user's own clips."""

    def followed_by_user(handle: Any, mock: Any, context: Any, user_id: str) -> Any:
        user = mock.users.get_or_404(user_id)
        clips = mock.clips.sort_newest_first(
            [*mock.clips.list_followed_by(user), *mock.clips.list_by_user(user)]
        )
        return mock.pagination.respond(context, "audio_clips", clips, mock.clips.serialize)

    wrap_handler(mock.handlers, "GET /users/{user_id}/audio_clips/followed", followed_by_user)


@fault("AB-REQ-01", "AB-SOC-02")
def followed_clips_are_of_oldest_following_only(mock: Any) -> None:
    """Lists of followed clips have only the clips of the user whom the user followed first."""

    def list_followed_by(_original: Any, user: User) -> list[Clip]:
        followed = mock.users.followings(user)[-1:]
        return [clip for user_ in followed for clip in mock.clips.list_by_user(user_)]

    wrap_method(mock.clips, "list_followed_by", list_followed_by)


@fault("AB-REQ-02", "AB-ERR-04")
def new_clip_returns_200(mock: Any) -> None:
    """POST of a new clip returns 200 instead of 201."""

    def upload(handle: Any, *args: Any) -> Any:
        response = handle(*args)
        response.status_code = 200
        return response

    wrap_handler(mock.handlers, UPLOAD, upload)


@fault("AB-REQ-02")
def new_clip_is_missing_in_account(mock: Any) -> None:
    """GET /account/audio_clips omits new clips."""

    def clips(handle: Any, mock: Any, context: Any) -> Any:
        clips = [clip for clip in mock.clips.list_by_user(context.user) if clip.id < 900_000]
        return mock.pagination.respond(context, "audio_clips", clips, mock.clips.serialize)

    wrap_handler(mock.handlers, "GET /account/audio_clips", clips)


@fault("AB-REQ-03", "AB-REQ-07")
def query_of_write_is_ignored(mock: Any) -> None:
    """POST and PUT ignore the parameters of the query."""

    def values(context: Any, pair: Pair) -> bool:
        return context.request.method not in ("POST", "PUT") or pair not in context.query

    _edit_parameters(mock, lambda context: [pair for pair in context.parameters if values(context, pair)])


@fault("AB-REQ-03", "AB-REQ-07")
def multipart_without_file_is_ignored(mock: Any) -> None:
    """The parameters of a multipart body are ignored if the body has no file."""
    _edit_parameters(
        mock,
        lambda context: [pair for pair in context.parameters if context.files or pair not in context.parts],
    )


@fault("AB-REQ-04")
def urlencoded_audio_is_accepted(mock: Any) -> None:
    """Audio in a urlencoded body is accepted."""

    def read_audio(original: Any, context: Any) -> Any:
        text = context.text("audio_clip[uploaded_data]") or ""
        return SILENCE if context.form and text and not text.startswith("{") else original(context)

    wrap_method(mock.uploads, "read_audio", read_audio)


@fault("AB-REQ-04", "AB-ERR-01", "AB-ERR-03")
def urlencoded_audio_has_no_error_headers(mock: Any) -> None:
    """A urlencoded upload returns 415 without the error headers."""

    def upload(handle: Any, mock: Any, context: Any) -> Any:
        return mock.envelope.respond({}, 415) if context.form else handle(mock, context)

    wrap_handler(mock.handlers, UPLOAD, upload)


@fault("AB-REQ-05")
def clip_without_title_is_created(mock: Any) -> None:
    """An upload without a `title` creates a clip with the title Untitled."""

    def read_clip(original: Any, context: Any) -> dict[str, Any]:
        values: dict[str, Any] = original(context)
        return {"title": "Untitled"} | values if context.operation == UPLOAD else values

    wrap_method(mock.form_fields, "read_clip", read_clip)


@fault("AB-REQ-05")
def clip_without_audio_is_created(mock: Any) -> None:
    """An upload without audio creates a silent clip."""

    def read_audio(original: Any, context: Any) -> Any:
        name = "audio_clip[uploaded_data]"
        return original(context) if name in context.files or context.text(name) else SILENCE

    wrap_method(mock.uploads, "read_audio", read_audio)


@fault("AB-REQ-05")
def clip_without_title_is_refused_but_created(mock: Any) -> None:
    """An upload without a `title` returns 422, but creates a clip with an empty title."""

    def upload(handle: Any, mock: Any, context: Any) -> Any:
        if context.text("audio_clip[title]") is None:
            mock.clips.create(
                context.user, {"title": ""}, mock.uploads.measure_duration(mock.uploads.read_audio(context))
            )
            raise HttpError(422, "title is missing")
        return handle(mock, context)

    wrap_handler(mock.handlers, UPLOAD, upload)


@fault("AB-REQ-06")
def repeated_uuid_creates_second_clip(mock: Any) -> None:
    """A second upload with the same uuid creates a second clip."""
    mock.clips.find_by_uuid = lambda _owner, _uuid: None


@fault("AB-REQ-06")
def repeated_uuid_returns_422(mock: Any) -> None:
    """A second upload with the same uuid returns 422."""

    def find_by_uuid(original: Any, owner: User, uuid: str | None) -> None:
        if original(owner, uuid):
            raise HttpError(422, "uuid is taken")

    wrap_method(mock.clips, "find_by_uuid", find_by_uuid)


@fault("AB-REQ-06")
def repeated_uuid_returns_clip_but_creates_second(mock: Any) -> None:
    """A second upload with the same uuid returns the existing clip, but creates a second one."""

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
def line_breaks_in_multipart_become_spaces(mock: Any) -> None:
    """Line breaks in a value of a multipart body become spaces."""
    _edit_values_of(mock, "parts", lambda text: " ".join(text.splitlines()) if text.strip() else text)


@fault("AB-REQ-07", "AB-REQ-03")
def ampersand_in_title_is_escaped(mock: Any) -> None:
    """An `&` in a title is stored as `&amp;`."""
    wrap_method(
        mock.form_fields, "parse_title", lambda original, *args: original(*args).replace("&", "&amp;")
    )


@fault("AB-REQ-07")
def entities_in_title_are_unescaped(mock: Any) -> None:
    """An `&amp;` in a title is stored as `&`."""
    wrap_method(mock.form_fields, "parse_title", lambda original, *args: unescape(original(*args)))


@fault("AB-REQ-07")
def leading_zeros_in_title_are_dropped(mock: Any) -> None:
    """A title that consists of digits loses its leading zeros."""

    def parse_title(original: Any, *args: Any) -> Any:
        text = original(*args)
        return text.lstrip("0") or "0" if text.isdigit() else text

    wrap_method(mock.form_fields, "parse_title", parse_title)


@fault("AB-REQ-07", "AB-REQ-03")
def emoji_in_query_are_dropped(mock: Any) -> None:
    """Characters beyond U+FFFF are dropped from the values of a query."""
    _edit_values_of(mock, "query", lambda text: "".join(letter for letter in text if ord(letter) < 0x10000))


@fault("AB-REQ-07")
def percent_in_form_is_dropped(mock: Any) -> None:
    """A percent sign is dropped from a urlencoded value, as if the value were decoded twice."""
    _edit_values_of(mock, "form", lambda text: text.replace("%", ""))


@fault("AB-REQ-04")
def upload_over_one_mebibyte_is_refused(mock: Any) -> None:
    """An upload of more than one MiB returns 413."""

    def upload(handle: Any, mock: Any, context: Any) -> Any:
        if len(context.request.get_data()) > 1 << 20:
            raise HttpError(413, "the file is too large")
        return handle(mock, context)

    wrap_handler(mock.handlers, UPLOAD, upload)


@fault("AB-REQ-05")
def attachment_without_title_creates_clip(mock: Any) -> None:
    """An upload of an attachment without a `title` creates a clip with the title Untitled."""

    def upload(handle: Any, mock: Any, context: Any) -> Any:
        if context.text(AUDIO) and context.text("audio_clip[title]") is None:
            context.parameters = [*context.parameters, ("audio_clip[title]", "Untitled")]
        return handle(mock, context)

    wrap_handler(mock.handlers, UPLOAD, upload)


@fault("AB-REQ-06")
def uuid_of_attachment_is_ignored(mock: Any) -> None:
    """The uuid of an upload is ignored if the upload refers to an attachment."""

    def upload(handle: Any, mock: Any, context: Any) -> Any:
        if context.text(AUDIO):
            context.parameters = [pair for pair in context.parameters if pair[0] != "audio_clip[uuid]"]
        return handle(mock, context)

    wrap_handler(mock.handlers, UPLOAD, upload)


def _edit_parameters(mock: Any, read: Callable[[Any], list[Pair]]) -> None:
    """Replace the parameters of a request by `read(context)` after its signature was verified."""

    def identify_signer(original: Any, context: Any) -> None:
        original(context)
        context.parameters = read(context)

    wrap_method(mock.authorization, "identify_signer", identify_signer)


def _edit_values_of(mock: Any, source: str, change: Callable[[str], str]) -> None:
    """Replace the values of a source of parameters (query, form or parts) by `change(value)`."""

    def read(context: Any) -> list[Pair]:
        pairs_of_source = getattr(context, source)
        return [
            (name, change(text) if (name, text) in pairs_of_source else text)
            for name, text in context.parameters
        ]

    _edit_parameters(mock, read)
