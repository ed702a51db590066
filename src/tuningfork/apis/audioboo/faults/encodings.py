"""Faults of parameters in their three encodings (Request Parameter Encoding)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tuningfork.audit.fault import fault
from tuningfork.audit.patching import wrap_handler, wrap_method

Change = Callable[[str], str]


@fault("AB-REQ-03", "AB-REQ-07")
def plus_in_form_becomes_space(mock: Any) -> None:
    """A `+` in a urlencoded body becomes a space, even if it was escaped as `%2B`."""
    _edit_values(mock, form=lambda text: text.replace("+", " "))


@fault("AB-REQ-03", "AB-REQ-07")
def plus_in_query_becomes_space(mock: Any) -> None:
    """A `+` in a query becomes a space, even if it was escaped as `%2B`."""
    _edit_values(mock, query=lambda text: text.replace("+", " "))


@fault("AB-REQ-03", "AB-REQ-07")
def multipart_text_is_decoded_as_latin1(mock: Any) -> None:
    """Text parts of a multipart body are decoded as ISO 8859-1 instead of UTF-8."""
    _edit_values(mock, parts=lambda text: text.encode().decode("latin-1"))


@fault("AB-REQ-03", "AB-REQ-07")
def multipart_text_is_stripped(mock: Any) -> None:
    """Leading and trailing spaces of a text part are removed, unless it consists of spaces."""
    _edit_values(mock, parts=lambda text: text.strip() or text)


@fault("AB-REQ-03", "AB-REQ-07")
def crlf_in_form_becomes_lf(mock: Any) -> None:
    """CR LF in a urlencoded body becomes LF."""
    _edit_values(mock, form=lambda text: text.replace("\r\n", "\n"))


@fault("AB-REQ-03", "AB-REQ-07")
def query_value_ends_at_semicolon(mock: Any) -> None:
    """A value in a query is cut at its first semicolon."""
    _edit_values(mock, query=lambda text: text.partition(";")[0])


@fault("AB-REQ-03")
def tags_in_multipart_are_ignored(mock: Any) -> None:
    """PUT of a clip ignores a `tag_list` in a multipart body."""

    def update(handle: Any, mock: Any, context: Any, **ids: str) -> Any:
        parts = [pair for pair in context.parts if pair[0] == "audio_clip[tag_list]"]
        context.parameters = [pair for pair in context.parameters if pair not in parts]
        return handle(mock, context, **ids)

    wrap_handler(mock.handlers, "PUT /audio_clips/{clip_id}", update)


@fault("AB-REQ-03")
def comment_in_query_is_ascii(mock: Any) -> None:
    """A comment in a query loses all characters that are not ASCII."""

    def read_body(original: Any, context: Any) -> str:
        text: str = original(context)
        is_in_query = any(name == "comment[body]" for name, _ in context.query)
        return text.encode("ascii", "ignore").decode() if is_in_query else text

    wrap_method(mock.comments, "read_body", read_body)


@fault("AB-REQ-03")
def position_in_query_moves_nothing(mock: Any) -> None:
    """PUT of a membership returns 200 and moves nothing if the position is in the query."""

    def move_clip(handle: Any, mock: Any, context: Any, **ids: str) -> Any:
        if any(name == "playlist_membership[position]" for name, _ in context.query):
            playlist = mock.playlists.get_or_404(ids["playlist_id"])
            membership = mock.playlists.get_membership_or_404(playlist, ids["membership_id"])
            shown = mock.playlists.serialize_membership(playlist, membership)
            return mock.envelope.respond({"playlist_membership": shown})
        return handle(mock, context, **ids)

    wrap_handler(mock.handlers, "PUT /playlists/{playlist_id}/memberships/{membership_id}", move_clip)


@fault("AB-REQ-03", "AB-REQ-07")
def text_part_with_media_type_is_ignored(mock: Any) -> None:
    """A text part of a multipart body that has a Content-Type is ignored."""

    def identify_signer(original: Any, context: Any) -> None:
        original(context)
        if b"Content-Type: text/plain" in context.request.get_data():
            context.parameters = [pair for pair in context.parameters if pair not in context.parts]

    wrap_method(mock.authorization, "identify_signer", identify_signer)


def _edit_values(mock: Any, query: Change = str, form: Change = str, parts: Change = str) -> None:
    """Replace parameter values by `query(value)`, `form(value)` or `parts(value)`, not for the signature."""

    def identify_signer(original: Any, context: Any) -> None:
        original(context)
        if context.key is None or context.key.kind != "consumer":
            return
        sources = ((context.query, query), (context.form, form), (context.parts, parts))
        context.parameters = [
            (name, change(value))
            for source, change in sources
            for name, value in source
            if not mock.signatures.is_protocol_parameter(name)
        ]

    wrap_method(mock.authorization, "identify_signer", identify_signer)
