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

    def followed_by_user(handle: Any, mock: Any, call: Any, user_id: str) -> Any:
        user = mock.users.need(user_id)
        found = mock.clips.newest([*mock.clips.followed_by(user), *mock.clips.of(user)])
        return mock.pages.answer(call, "audio_clips", found, mock.clips.show)

    wrap_handler(mock.handlers, "GET /users/{user_id}/audio_clips/followed", followed_by_user)


@fault("AB-REQ-01", "AB-SOC-02")
def followed_clips_are_of_the_first_followed(mock: Any) -> None:
    """Of all whom a user follows, only the clips of the one followed longest are listed."""

    def followed_by(_followed_by: Any, user: User) -> list[Clip]:
        followed = mock.users.followings(user)[-1:]
        return [clip for one in followed for clip in mock.clips.of(one)]

    wrap_method(mock.clips, "followed_by", followed_by)


@fault("AB-REQ-02", "AB-ERR-04")
def new_clip_is_answered_200(mock: Any) -> None:
    """An upload is answered 200, as if nothing were new."""

    def upload(handle: Any, *of: Any) -> Any:
        answer = handle(*of)
        answer.status_code = 200
        return answer

    wrap_handler(mock.handlers, UPLOAD, upload)


@fault("AB-REQ-02")
def new_clip_is_not_among_the_accounts(mock: Any) -> None:
    """/account/audio_clips does not have what was uploaded since the server began."""

    def clips(handle: Any, mock: Any, call: Any) -> Any:
        found = [clip for clip in mock.clips.of(call.user) if clip.id < 900_000]
        return mock.pages.answer(call, "audio_clips", found, mock.clips.show)

    wrap_handler(mock.handlers, "GET /account/audio_clips", clips)


@fault("AB-REQ-03", "AB-REQ-07")
def query_of_a_write_is_passed_over(mock: Any) -> None:
    """POST and PUT read what stands in their body, and nothing of the query."""

    def kept(call: Any, pair: Pair) -> bool:
        return call.request.method not in ("POST", "PUT") or pair not in call.query

    _reading(mock, lambda call: [pair for pair in call.parameters if kept(call, pair)])


@fault("AB-REQ-03", "AB-REQ-07")
def parts_without_a_file_are_passed_over(mock: Any) -> None:
    """A multipart body is only read where a file is in it."""
    _reading(
        mock,
        lambda call: [pair for pair in call.parameters if call.files or pair not in call.parts],
    )


@fault("AB-REQ-04")
def urlencoded_audio_is_taken(mock: Any) -> None:
    """Audio is taken out of a urlencoded form, whatever the encoding has made of it."""

    def audio(audio: Any, call: Any) -> Any:
        text = call.text("audio_clip[uploaded_data]") or ""
        return SILENCE if call.form and text and not text.startswith("{") else audio(call)

    wrap_method(mock.uploads, "audio", audio)


@fault("AB-REQ-04", "AB-ERR-01", "AB-ERR-03")
def urlencoded_audio_is_refused_without_a_reason(mock: Any) -> None:
    """A urlencoded upload is refused 415 by something that knows no error headers."""

    def upload(handle: Any, mock: Any, call: Any) -> Any:
        return mock.envelope.answer({}, 415) if call.form else handle(mock, call)

    wrap_handler(mock.handlers, UPLOAD, upload)


@fault("AB-REQ-05")
def clip_without_a_title_is_untitled(mock: Any) -> None:
    """An upload without a title is called Untitled."""

    def clip(clip: Any, call: Any) -> dict[str, Any]:
        kept: dict[str, Any] = clip(call)
        return {"title": "Untitled"} | kept if call.operation == UPLOAD else kept

    wrap_method(mock.fields, "clip", clip)


@fault("AB-REQ-05")
def clip_without_audio_is_silent(mock: Any) -> None:
    """An upload without a file is a recording of nothing."""

    def audio(audio: Any, call: Any) -> Any:
        name = "audio_clip[uploaded_data]"
        return audio(call) if name in call.files or call.text(name) else SILENCE

    wrap_method(mock.uploads, "audio", audio)


@fault("AB-REQ-05")
def clip_without_a_title_is_refused_and_kept(mock: Any) -> None:
    """An upload without a title is refused, but the clip is there, without a name."""

    def upload(handle: Any, mock: Any, call: Any) -> Any:
        if call.text("audio_clip[title]") is None:
            mock.clips.create(call.user, {"title": ""}, mock.uploads.duration(mock.uploads.audio(call)))
            raise HttpError(422, "title is missing")
        return handle(mock, call)

    wrap_handler(mock.handlers, UPLOAD, upload)


@fault("AB-REQ-06")
def same_uuid_makes_two_clips(mock: Any) -> None:
    """Nobody looks whether a uuid has come before."""
    mock.clips.of_uuid = lambda _owner, _uuid: None


@fault("AB-REQ-06")
def same_uuid_is_unprocessable(mock: Any) -> None:
    """A uuid that has come before is refused 422."""

    def of_uuid(of_uuid: Any, owner: User, uuid: str | None) -> None:
        if of_uuid(owner, uuid):
            raise HttpError(422, "uuid is taken")

    wrap_method(mock.clips, "of_uuid", of_uuid)


@fault("AB-REQ-06")
def same_uuid_is_answered_and_added(mock: Any) -> None:
    """A uuid that has come before is answered with the old clip, but a second one is in the lists."""

    def upload(handle: Any, mock: Any, call: Any) -> Any:
        answer = handle(mock, call)
        if answer.status_code == 200:
            kept = {name: value for name, value in mock.fields.clip(call).items() if name != "uuid"}
            mock.clips.create(call.user, kept, 1.0)
        return answer

    wrap_handler(mock.handlers, UPLOAD, upload)


@fault("AB-REQ-07")
def line_ends_in_a_part_are_spaces(mock: Any) -> None:
    """A line end within a value of a multipart body arrives as a space."""
    _texts(mock, "parts", lambda text: " ".join(text.splitlines()) if text.strip() else text)


@fault("AB-REQ-07", "AB-REQ-03")
def ampersand_in_a_title_is_escaped(mock: Any) -> None:
    """An `&` in a title is kept as `&amp;`."""
    wrap_method(mock.fields, "title", lambda title, *of: title(*of).replace("&", "&amp;"))


@fault("AB-REQ-07")
def entities_in_a_title_are_letters(mock: Any) -> None:
    """`&amp;` in a title is kept as `&`."""
    wrap_method(mock.fields, "title", lambda title, *of: unescape(title(*of)))


@fault("AB-REQ-07")
def noughts_before_a_number_are_lost(mock: Any) -> None:
    """A title of digits is kept as a number."""

    def number(title: Any, *of: Any) -> Any:
        text = title(*of)
        return text.lstrip("0") or "0" if text.isdigit() else text

    wrap_method(mock.fields, "title", number)


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

    def identify(identify: Any, call: Any) -> None:
        identify(call)
        call.parameters = read(call)

    wrap_method(mock.guard, "identify", identify)


def _texts(mock: Any, source: str, change: Callable[[str], str]) -> None:
    """Change the values of one encoding: `query`, `form` or `parts`."""

    def read(call: Any) -> list[Pair]:
        of_source = getattr(call, source)
        return [(name, change(text) if (name, text) in of_source else text) for name, text in call.parameters]

    _reading(mock, read)
