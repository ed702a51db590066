"""What goes wrong with uploads (https://developers.soundcloud.com/docs/api/guide#uploading)."""

from __future__ import annotations

from typing import Any

from flask import g

from tuningfork.apis.soundcloud.mock.call import reply
from tuningfork.apis.soundcloud.mock.handlers.tracks import ALL, newest
from tuningfork.audit.fault import fault
from tuningfork.audit.patching import around, around_handler, edited
from tuningfork.mock.errors import Refusal

UPLOAD = "POST /tracks"


@fault("SC-UPLOAD-01", "SC-META-02")
def form_reads_a_plus_as_a_space(mock: Any) -> None:
    """A `+` in a title of a form becomes a space, though the form is multipart."""

    def form(form: Any, request: Any, root: str) -> dict[str, Any]:
        fields: dict[str, Any] = form(request, root)
        if isinstance(fields.get("title"), str):
            fields["title"] = fields["title"].replace("+", " ")
        return fields

    around(mock.inputs, "form", form)


@fault("SC-UPLOAD-01")
def upload_is_answered_200(mock: Any) -> None:
    """An upload is answered 200 instead of 201."""

    def upload(handle: Any, mock: Any, call: Any) -> Any:
        answer = handle(mock, call)
        answer.status_code = 200
        return answer

    around_handler(mock.handlers, UPLOAD, upload)


@fault("SC-UPLOAD-01", "SC-UPLOAD-02")
def emoji_in_a_title_is_lost(mock: Any) -> None:
    """Characters beyond the first 65,536 are left out of a new title."""

    def create(create: Any, owner: Any, fields: dict[str, Any], duration: int) -> Any:
        kept = "".join(letter for letter in fields["title"] if ord(letter) < 0x10000)
        return create(owner, fields | {"title": kept}, duration)

    around(mock.tracks, "create", create)


@fault("SC-UPLOAD-02")
def newest_upload_is_not_in_my_tracks(mock: Any) -> None:
    """/me/tracks leaves out the track that was uploaded last."""

    def mine(_handle: Any, mock: Any, call: Any) -> Any:
        tracks = mock.tracks.newest(mock.tracks.of(call.user))
        last = max((track.id for track in tracks), default=None)
        kept = [track for track in tracks if track.id != last]
        return newest(mock, call, mock.search.access(call, kept, ALL))

    around_handler(mock.handlers, "GET /me/tracks", mine)


@fault("SC-UPLOAD-03")
def upload_without_a_title_is_untitled(mock: Any) -> None:
    """An upload without a title becomes a track named Untitled."""

    def form(form: Any, request: Any, root: str) -> dict[str, Any]:
        fields: dict[str, Any] = form(request, root)
        return {"title": "Untitled", **fields} if request.method == "POST" else fields

    around(mock.inputs, "form", form)


@fault("SC-UPLOAD-03")
def refused_upload_is_kept(mock: Any) -> None:
    """An upload without a file is refused, but a track of that title is there."""

    def audio(audio: Any, file: Any) -> int:
        if file is None:
            fields = mock.inputs.read(g.call.request, "track")
            mock.tracks.create(g.call.user, {"title": fields["title"]}, 0)
        duration: int = audio(file)
        return duration

    around(mock.uploads, "audio", audio)


@fault("SC-UPLOAD-04")
def amr_is_no_audio(mock: Any) -> None:
    """One format of nine is refused."""
    around(mock.uploads, "sniff", lambda sniff, start: None if sniff(start) == "amr" else sniff(start))


@fault("SC-UPLOAD-05")
def picture_is_audio(mock: Any) -> None:
    """A picture is taken for audio."""
    around(
        mock.uploads, "sniff", lambda sniff, start: "mp3" if mock.uploads.is_image(start) else sniff(start)
    )


@fault("SC-UPLOAD-05")
def riff_is_audio(mock: Any) -> None:
    """Whatever is in a RIFF container is taken for audio."""
    around(mock.uploads, "sniff", lambda sniff, start: "wave" if start.startswith(b"RIFF") else sniff(start))


@fault("SC-UPLOAD-06")
def any_length_is_read(mock: Any) -> None:
    """A body that is announced as too large is read all the same."""
    mock.body_limit = None


@fault("SC-UPLOAD-06")
def length_is_counted_in_32_bits(mock: Any) -> None:
    """A body of over four gigabytes passes for a small one."""

    def wsgi(wsgi: Any, environ: dict[str, Any], start_response: Any) -> Any:
        length = environ.get("CONTENT_LENGTH") or "0"
        if length.isdigit() and int(length) >= 2**32:
            environ["CONTENT_LENGTH"] = str(int(length) % 2**32)
        return wsgi(environ, start_response)

    around(mock, "wsgi", wsgi)


@fault("SC-UPLOAD-07")
def json_makes_a_silent_track(mock: Any) -> None:
    """POST /tracks with JSON creates a track without sound."""

    def upload(handle: Any, mock: Any, call: Any) -> Any:
        if call.request.mimetype != "application/json":
            return handle(mock, call)
        fields = mock.inputs.read(call.request, "track")
        track = mock.tracks.create(call.user, {"title": mock.inputs.title(fields.get("title"))}, 0)
        return reply(mock.tracks.show(track, call), 201)

    around_handler(mock.handlers, UPLOAD, upload)


@fault("SC-UPLOAD-08")
def uploads_cannot_be_downloaded(mock: Any) -> None:
    """An upload is not downloadable where nothing is said."""

    def create(create: Any, owner: Any, fields: dict[str, Any], duration: int) -> Any:
        return create(owner, {"downloadable": False, **fields}, duration)

    around(mock.tracks, "create", create)


@fault("SC-UPLOAD-08")
def private_uploads_take_no_comments(mock: Any) -> None:
    """A private upload is not commentable where nothing is said."""

    def create(create: Any, owner: Any, fields: dict[str, Any], duration: int) -> Any:
        default = {"commentable": fields.get("sharing") != "private"}
        return create(owner, {**default, **fields}, duration)

    around(mock.tracks, "create", create)


@fault("SC-UPLOAD-09")
def extension_is_not_counted(mock: Any) -> None:
    """A file name may have 255 characters without its extension."""
    around(mock.uploads, "name", lambda name, text: name(text.rpartition(".")[0]))


@fault("SC-UPLOAD-09")
def long_file_name_is_forbidden(mock: Any) -> None:
    """A file name that is too long is answered 403."""

    def name(judge: Any, text: str) -> None:
        try:
            judge(text)
        except Refusal:
            raise Refusal(403, "") from None

    around(mock.uploads, "name", name)


@fault("SC-UPLOAD-04")
def mp3_needs_a_tag(mock: Any) -> None:
    """An MP3 is only known by its ID3 tag; one that begins with its first frame is refused."""

    def sniff(sniff: Any, start: bytes) -> str | None:
        kind: str | None = sniff(start)
        return None if kind == "mpeg" and start[1] & 0b110 == 0b010 else kind

    around(mock.uploads, "sniff", sniff)


@fault("SC-UPLOAD-07")
def json_may_name_an_address(mock: Any) -> None:
    """POST /tracks with JSON whose asset_data is the address of a file creates a track."""

    def upload(handle: Any, mock: Any, call: Any) -> Any:
        track = (call.request.get_json(silent=True) or {}).get("track")
        if not isinstance(track, dict) or not str(track.get("asset_data", "")).startswith("http"):
            return handle(mock, call)
        made = mock.tracks.create(call.user, {"title": mock.inputs.title(track.get("title"))}, 0)
        return reply(mock.tracks.show(made, call), 201)

    around_handler(mock.handlers, UPLOAD, upload)


@fault("SC-UPLOAD-01", "SC-TRACK-01")
def title_of_digits_is_a_number(mock: Any) -> None:
    """The answer to an upload has a title that is all digits as a number."""

    def upload(handle: Any, mock: Any, call: Any) -> Any:
        def numbered(track: dict[str, Any]) -> dict[str, Any]:
            title = track.get("title", "")
            return track | {"title": int(title)} if title.isdigit() else track

        return edited(handle(mock, call), numbered)

    around_handler(mock.handlers, UPLOAD, upload)


@fault("SC-UPLOAD-04")
def extension_in_capitals_is_unknown(mock: Any) -> None:
    """A file whose name ends in capitals is refused, whatever is in it."""

    def name(judge: Any, name: str) -> None:
        judge(name)
        if name.rpartition(".")[2].isupper():
            raise Refusal(422, "unable to process provided asset_data")

    around(mock.uploads, "name", name)
