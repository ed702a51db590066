"""What goes wrong with uploads (https://developers.soundcloud.com/docs/api/guide#uploading)."""

from __future__ import annotations

from typing import Any

from flask import g

from tuningfork.apis.soundcloud.mock.handlers.tracks import ANY_ACCESS, respond_newest
from tuningfork.apis.soundcloud.mock.request_context import json_response
from tuningfork.audit.fault import fault
from tuningfork.audit.patching import edit_json, wrap_handler, wrap_method
from tuningfork.mock.errors import HttpError

UPLOAD = "POST /tracks"


@fault("SC-UPLOAD-01", "SC-META-02")
def form_reads_a_plus_as_a_space(mock: Any) -> None:
    """A `+` in a title of a form becomes a space, though the form is multipart."""

    def parse_form(original: Any, request: Any, root: str) -> dict[str, Any]:
        fields: dict[str, Any] = original(request, root)
        if isinstance(fields.get("title"), str):
            fields["title"] = fields["title"].replace("+", " ")
        return fields

    wrap_method(mock.request_parser, "parse_form", parse_form)


@fault("SC-UPLOAD-01")
def upload_is_answered_200(mock: Any) -> None:
    """An upload is answered 200 instead of 201."""

    def upload(original: Any, mock: Any, context: Any) -> Any:
        answer = original(mock, context)
        answer.status_code = 200
        return answer

    wrap_handler(mock.handlers, UPLOAD, upload)


@fault("SC-UPLOAD-01", "SC-UPLOAD-02")
def emoji_in_a_title_is_lost(mock: Any) -> None:
    """Characters beyond the first 65,536 are left out of a new title."""

    def create(original: Any, owner: Any, fields: dict[str, Any], duration: int) -> Any:
        kept = "".join(letter for letter in fields["title"] if ord(letter) < 0x10000)
        return original(owner, fields | {"title": kept}, duration)

    wrap_method(mock.tracks, "create", create)


@fault("SC-UPLOAD-02")
def newest_upload_is_not_in_my_tracks(mock: Any) -> None:
    """/me/tracks leaves out the track that was uploaded last."""

    def mine(_handle: Any, mock: Any, context: Any) -> Any:
        tracks = mock.tracks.newest_first(mock.tracks.of_user(context.user))
        last = max((track.id for track in tracks), default=None)
        kept = [track for track in tracks if track.id != last]
        return respond_newest(mock, context, mock.search.by_access(context, kept, ANY_ACCESS))

    wrap_handler(mock.handlers, "GET /me/tracks", mine)


@fault("SC-UPLOAD-03")
def upload_without_a_title_is_untitled(mock: Any) -> None:
    """An upload without a title becomes a track named Untitled."""

    def parse_form(original: Any, request: Any, root: str) -> dict[str, Any]:
        fields: dict[str, Any] = original(request, root)
        return {"title": "Untitled", **fields} if request.method == "POST" else fields

    wrap_method(mock.request_parser, "parse_form", parse_form)


@fault("SC-UPLOAD-03")
def refused_upload_is_kept(mock: Any) -> None:
    """An upload without a file is refused, but a track of that title is there."""

    def read_audio(original: Any, file: Any) -> int:
        if file is None:
            fields = mock.request_parser.read(g.call.request, "track")
            mock.tracks.create(g.call.user, {"title": fields["title"]}, 0)
        duration: int = original(file)
        return duration

    wrap_method(mock.uploads, "read_audio", read_audio)


@fault("SC-UPLOAD-04")
def amr_is_no_audio(mock: Any) -> None:
    """One format of nine is refused."""
    wrap_method(
        mock.uploads,
        "audio_format",
        lambda original, start: None if original(start) == "amr" else original(start),
    )


@fault("SC-UPLOAD-05")
def picture_is_audio(mock: Any) -> None:
    """A picture is taken for audio."""
    wrap_method(
        mock.uploads,
        "audio_format",
        lambda original, start: "mp3" if mock.uploads.is_image(start) else original(start),
    )


@fault("SC-UPLOAD-05")
def riff_is_audio(mock: Any) -> None:
    """Whatever is in a RIFF container is taken for audio."""
    wrap_method(
        mock.uploads,
        "audio_format",
        lambda original, start: "wave" if start.startswith(b"RIFF") else original(start),
    )


@fault("SC-UPLOAD-06")
def any_length_is_read(mock: Any) -> None:
    """A body that is announced as too large is read all the same."""
    mock.body_limit = None


@fault("SC-UPLOAD-06")
def length_is_counted_in_32_bits(mock: Any) -> None:
    """A body of over four gigabytes passes for a small one."""

    def wsgi(original: Any, environ: dict[str, Any], start_response: Any) -> Any:
        length = environ.get("CONTENT_LENGTH") or "0"
        if length.isdigit() and int(length) >= 2**32:
            environ["CONTENT_LENGTH"] = str(int(length) % 2**32)
        return original(environ, start_response)

    wrap_method(mock, "wsgi", wsgi)


@fault("SC-UPLOAD-07")
def json_makes_a_silent_track(mock: Any) -> None:
    """POST /tracks with JSON creates a track without sound."""

    def upload(original: Any, mock: Any, context: Any) -> Any:
        if context.request.mimetype != "application/json":
            return original(mock, context)
        fields = mock.request_parser.read(context.request, "track")
        track = mock.tracks.create(
            context.user, {"title": mock.request_parser.validate_title(fields.get("title"))}, 0
        )
        return json_response(mock.tracks.to_json(track, context), 201)

    wrap_handler(mock.handlers, UPLOAD, upload)


@fault("SC-UPLOAD-08")
def uploads_cannot_be_downloaded(mock: Any) -> None:
    """An upload is not downloadable where nothing is said."""

    def create(original: Any, owner: Any, fields: dict[str, Any], duration: int) -> Any:
        return original(owner, {"downloadable": False, **fields}, duration)

    wrap_method(mock.tracks, "create", create)


@fault("SC-UPLOAD-08")
def private_uploads_take_no_comments(mock: Any) -> None:
    """A private upload is not commentable where nothing is said."""

    def create(original: Any, owner: Any, fields: dict[str, Any], duration: int) -> Any:
        default = {"commentable": fields.get("sharing") != "private"}
        return original(owner, {**default, **fields}, duration)

    wrap_method(mock.tracks, "create", create)


@fault("SC-UPLOAD-09")
def extension_is_not_counted(mock: Any) -> None:
    """A file name may have 255 characters without its extension."""
    wrap_method(mock.uploads, "check_file_name", lambda original, text: original(text.rpartition(".")[0]))


@fault("SC-UPLOAD-09")
def long_file_name_is_forbidden(mock: Any) -> None:
    """A file name that is too long is answered 403."""

    def check_file_name(original: Any, text: str) -> None:
        try:
            original(text)
        except HttpError:
            raise HttpError(403, "") from None

    wrap_method(mock.uploads, "check_file_name", check_file_name)


@fault("SC-UPLOAD-04")
def mp3_needs_a_tag(mock: Any) -> None:
    """An MP3 is only known by its ID3 tag; one that begins with its first frame is refused."""

    def audio_format(original: Any, start: bytes) -> str | None:
        kind: str | None = original(start)
        return None if kind == "mpeg" and start[1] & 0b110 == 0b010 else kind

    wrap_method(mock.uploads, "audio_format", audio_format)


@fault("SC-UPLOAD-07")
def json_may_name_an_address(mock: Any) -> None:
    """POST /tracks with JSON whose asset_data is the address of a file creates a track."""

    def upload(original: Any, mock: Any, context: Any) -> Any:
        track = (context.request.get_json(silent=True) or {}).get("track")
        if not isinstance(track, dict) or not str(track.get("asset_data", "")).startswith("http"):
            return original(mock, context)
        made = mock.tracks.create(
            context.user, {"title": mock.request_parser.validate_title(track.get("title"))}, 0
        )
        return json_response(mock.tracks.to_json(made, context), 201)

    wrap_handler(mock.handlers, UPLOAD, upload)


@fault("SC-UPLOAD-01", "SC-TRACK-01")
def title_of_digits_is_a_number(mock: Any) -> None:
    """The answer to an upload has a title that is all digits as a number."""

    def upload(original: Any, mock: Any, context: Any) -> Any:
        def numbered(track: dict[str, Any]) -> dict[str, Any]:
            title = track.get("title", "")
            return track | {"title": int(title)} if title.isdigit() else track

        return edit_json(original(mock, context), numbered)

    wrap_handler(mock.handlers, UPLOAD, upload)


@fault("SC-UPLOAD-04")
def extension_in_capitals_is_unknown(mock: Any) -> None:
    """A file whose name ends in capitals is refused, whatever is in it."""

    def check_file_name(original: Any, name: str) -> None:
        original(name)
        if name.rpartition(".")[2].isupper():
            raise HttpError(422, "unable to process provided asset_data")

    wrap_method(mock.uploads, "check_file_name", check_file_name)
