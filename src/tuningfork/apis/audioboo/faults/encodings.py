"""What goes wrong with parameters in their three encodings (Request Parameter Encoding)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tuningfork.audit.fault import fault
from tuningfork.audit.patching import wrap_method

Change = Callable[[str], str]


@fault("AB-REQ-03", "AB-REQ-07")
def plus_is_lost_in_forms(mock: Any) -> None:
    """A `+` of a urlencoded body, however it was escaped, becomes a space."""
    _changed(mock, form=lambda text: text.replace("+", " "))


@fault("AB-REQ-03", "AB-REQ-07")
def plus_is_lost_in_queries(mock: Any) -> None:
    """A `+` of a query string, however it was escaped, becomes a space."""
    _changed(mock, query=lambda text: text.replace("+", " "))


@fault("AB-REQ-03", "AB-REQ-07")
def texts_in_parts_are_read_as_latin(mock: Any) -> None:
    """The text parts of a multipart body are read as ISO 8859-1."""
    _changed(mock, parts=lambda text: text.encode().decode("latin-1"))


@fault("AB-REQ-03", "AB-REQ-07")
def spaces_around_a_text_are_cut_in_parts(mock: Any) -> None:
    """The texts of a multipart body lose the spaces at their ends, where there is more than spaces."""
    _changed(mock, parts=lambda text: text.strip() or text)


@fault("AB-REQ-03", "AB-REQ-07")
def line_ends_in_forms_are_unixs(mock: Any) -> None:
    """CR LF in a urlencoded body becomes LF."""
    _changed(mock, form=lambda text: text.replace("\r\n", "\n"))


@fault("AB-REQ-03", "AB-REQ-07")
def semicolons_end_the_values_of_a_query(mock: Any) -> None:
    """A value of a query string ends at its first semicolon."""
    _changed(mock, query=lambda text: text.partition(";")[0])


def _changed(mock: Any, query: Change = str, form: Change = str, parts: Change = str) -> None:
    """Change the values that the handlers see; signatures are judged over what arrived."""

    def identify_signer(original: Any, context: Any) -> None:
        original(context)
        if context.key is None or context.key.kind != "consumer":
            return
        places = ((context.query, query), (context.form, form), (context.parts, parts))
        context.parameters = [
            (name, change(value))
            for place, change in places
            for name, value in place
            if not mock.signatures.is_protocol_parameter(name)
        ]

    wrap_method(mock.authorization, "identify_signer", identify_signer)
