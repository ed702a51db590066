"""Faults of uploads (https://developers.soundcloud.com/docs/api/guide#uploading)."""

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
def plus_in_a_multipart_title_becomes_a_space(mock: Any) -> None:
    """A `+` in the title of a multipart form is stored as a space."""

    def parse_form(original: Any, request: Any, root: str) -> dict[str, Any]:
        properties: dict[str, Any] = original(request, root)
        if isinstance(properties.get("title"), str):
            properties["title"] = properties["title"].replace("+", " ")
        return properties

    wrap_method(mock.request_parser, "parse_form", parse_form)


@fault("SC-UPLOAD-01")
def upload_returns_200(mock: Any) -> None:
    """An upload returns 200 instead of 201."""

    def upload(original: Any, mock: Any, context: Any) -> Any:
        response = original(mock, context)
        response.status_code = 200
        return response

    wrap_handler(mock.handlers, UPLOAD, upload)


@fault("SC-UPLOAD-01", "SC-UPLOAD-02")
def emoji_in_a_title_is_dropped(mock: Any) -> None:
    """Characters above U+FFFF in the title of an upload are dropped."""

    def create(original: Any, owner: Any, properties: dict[str, Any], duration: int) -> Any:
        title = "".join(character for character in properties["title"] if ord(character) < 0x10000)
        return original(owner, properties | {"title": title}, duration)

    wrap_method(mock.tracks, "create", create)


@fault("SC-UPLOAD-02")
def newest_upload_is_not_in_my_tracks(mock: Any) -> None:
    """GET /me/tracks omits the newest upload."""

    def mine(_handle: Any, mock: Any, context: Any) -> Any:
        tracks = mock.tracks.sort_newest_first(mock.tracks.list_by_user(context.user))
        newest_id = max((track.id for track in tracks), default=None)
        others = [track for track in tracks if track.id != newest_id]
        return respond_newest(mock, context, mock.search.by_access(context, others, ANY_ACCESS))

    wrap_handler(mock.handlers, "GET /me/tracks", mine)


@fault("SC-UPLOAD-03")
def upload_without_title_is_accepted(mock: Any) -> None:
    """An upload without a `title` is accepted: it creates a track with the title `Untitled`."""

    def parse_form(original: Any, request: Any, root: str) -> dict[str, Any]:
        properties: dict[str, Any] = original(request, root)
        return {"title": "Untitled", **properties} if request.method == "POST" else properties

    wrap_method(mock.request_parser, "parse_form", parse_form)


@fault("SC-UPLOAD-03")
def refused_upload_is_stored(mock: Any) -> None:
    """An upload without a file is refused with 422, but is stored as a track with its title."""

    def read_audio(original: Any, file: Any) -> int:
        if file is None:
            properties = mock.request_parser.read(g.context.request, "track")
            mock.tracks.create(g.context.user, {"title": properties["title"]}, 0)
        duration: int = original(file)
        return duration

    wrap_method(mock.uploads, "read_audio", read_audio)


@fault("SC-UPLOAD-04")
def amr_is_refused(mock: Any) -> None:
    """An AMR file is refused; the other documented formats are accepted."""
    wrap_method(
        mock.uploads,
        "detect_audio_format",
        lambda original, start: None if original(start) == "amr" else original(start),
    )


@fault("SC-UPLOAD-05")
def image_is_accepted_as_audio(mock: Any) -> None:
    """An image is accepted as an audio file."""
    wrap_method(
        mock.uploads,
        "detect_audio_format",
        lambda original, start: "mp3" if mock.uploads.is_image(start) else original(start),
    )


@fault("SC-UPLOAD-05")
def any_riff_file_is_accepted_as_audio(mock: Any) -> None:
    """Every file in a RIFF container is accepted as audio, not only WAVE."""
    wrap_method(
        mock.uploads,
        "detect_audio_format",
        lambda original, start: "wave" if start.startswith(b"RIFF") else original(start),
    )


@fault("SC-UPLOAD-06")
def body_size_is_not_limited(mock: Any) -> None:
    """A request body is accepted although it exceeds the size limit."""
    mock.body_limit = None


@fault("SC-UPLOAD-06")
def content_length_overflows_at_4_gib(mock: Any) -> None:
    """A Content-Length of 4 GiB or more is read modulo 2^32, so a large body counts as a small one."""

    def wsgi(original: Any, environ: dict[str, Any], start_response: Any) -> Any:
        length = environ.get("CONTENT_LENGTH") or "0"
        if length.isdigit() and int(length) >= 2**32:
            environ["CONTENT_LENGTH"] = str(int(length) % 2**32)
        return original(environ, start_response)

    wrap_method(mock, "wsgi", wsgi)


@fault("SC-UPLOAD-07")
def json_upload_creates_a_track_without_audio(mock: Any) -> None:
    """POST /tracks with a JSON body creates a track without audio."""

    def upload(original: Any, mock: Any, context: Any) -> Any:
        if context.request.mimetype != "application/json":
            return original(mock, context)
        properties = mock.request_parser.read(context.request, "track")
        track = mock.tracks.create(
            context.user, {"title": mock.request_parser.validate_title(properties.get("title"))}, 0
        )
        return json_response(mock.tracks.serialize(track, context), status=201)

    wrap_handler(mock.handlers, UPLOAD, upload)


@fault("SC-UPLOAD-08")
def upload_is_not_downloadable_by_default(mock: Any) -> None:
    """The default of `downloadable` is false instead of true for an upload."""

    def create(original: Any, owner: Any, properties: dict[str, Any], duration: int) -> Any:
        return original(owner, {"downloadable": False, **properties}, duration)

    wrap_method(mock.tracks, "create", create)


@fault("SC-UPLOAD-08")
def private_upload_is_not_commentable_by_default(mock: Any) -> None:
    """The default of `commentable` is false instead of true for a private upload."""

    def create(original: Any, owner: Any, properties: dict[str, Any], duration: int) -> Any:
        default = {"commentable": properties.get("sharing") != "private"}
        return original(owner, {**default, **properties}, duration)

    wrap_method(mock.tracks, "create", create)


@fault("SC-UPLOAD-09")
def file_name_limit_ignores_the_extension(mock: Any) -> None:
    """The limit of 255 characters for a file name does not count the extension."""
    wrap_method(mock.uploads, "check_file_name", lambda original, name: original(name.rpartition(".")[0]))


@fault("SC-UPLOAD-09")
def long_file_name_returns_403(mock: Any) -> None:
    """An upload with a file name that is too long returns 403 instead of 422."""

    def check_file_name(original: Any, name: str) -> None:
        try:
            original(name)
        except HttpError:
            raise HttpError(403, "") from None

    wrap_method(mock.uploads, "check_file_name", check_file_name)


@fault("SC-UPLOAD-04")
def mp3_without_id3_tag_is_refused(mock: Any) -> None:
    """An MP3 file without an ID3 tag is refused."""

    def detect_audio_format(original: Any, start: bytes) -> str | None:
        audio_format: str | None = original(start)
        return None if audio_format == "mpeg" and start[1] & 0b110 == 0b010 else audio_format

    wrap_method(mock.uploads, "detect_audio_format", detect_audio_format)


@fault("SC-UPLOAD-07")
def json_upload_with_a_url_is_accepted(mock: Any) -> None:
    """POST /tracks with a JSON body creates a track if `asset_data` is a URL."""

    def upload(original: Any, mock: Any, context: Any) -> Any:
        properties = (context.request.get_json(silent=True) or {}).get("track")
        if not isinstance(properties, dict) or not str(properties.get("asset_data", "")).startswith("http"):
            return original(mock, context)
        new_track = mock.tracks.create(
            context.user, {"title": mock.request_parser.validate_title(properties.get("title"))}, 0
        )
        return json_response(mock.tracks.serialize(new_track, context), status=201)

    wrap_handler(mock.handlers, UPLOAD, upload)


@fault("SC-UPLOAD-01", "SC-TRACK-01")
def title_of_digits_is_a_number(mock: Any) -> None:
    """The response to an upload has a number as `title` if the title consists of digits."""

    def upload(original: Any, mock: Any, context: Any) -> Any:
        def numbered(track: dict[str, Any]) -> dict[str, Any]:
            title = track.get("title", "")
            return track | {"title": int(title)} if title.isdigit() else track

        return edit_json(original(mock, context), numbered)

    wrap_handler(mock.handlers, UPLOAD, upload)


@fault("SC-UPLOAD-04")
def upper_case_extension_is_refused(mock: Any) -> None:
    """An upload is refused if the extension of its file name is in upper case."""

    def check_file_name(original: Any, name: str) -> None:
        original(name)
        if name.rpartition(".")[2].isupper():
            raise HttpError(422, "unable to process provided asset_data")

    wrap_method(mock.uploads, "check_file_name", check_file_name)


@fault("SC-UPLOAD-04")
def file_without_a_media_type_is_refused(mock: Any) -> None:
    """An upload is refused if the media type of its file is `application/octet-stream`, as curl sends it."""

    def read_audio(original: Any, file: Any) -> int:
        if getattr(file, "mimetype", "") == "application/octet-stream":
            raise HttpError(422, "unable to process provided asset_data")
        duration: int = original(file)
        return duration

    wrap_method(mock.uploads, "read_audio", read_audio)
