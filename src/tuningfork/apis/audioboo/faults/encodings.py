"""Faults of parameters in their three encodings (Request Parameter Encoding)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tuningfork.audit.fault import fault
from tuningfork.audit.patching import wrap_method

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
