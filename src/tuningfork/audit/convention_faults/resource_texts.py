"""Faults of `resources`: texts that are changed or refused, and variants that treat them as they may."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from typing import Any

from tuningfork.audit.convention_faults.resource_patches import any_resource, edit_texts
from tuningfork.audit.convention_patch import breaks, keeps
from tuningfork.audit.patching import wrap_method
from tuningfork.conventions.resource_keys import Resource
from tuningfork.mock.errors import HttpError
from tuningfork.mock.reference import places
from tuningfork.mock.reference.resources import ResourcePart
from tuningfork.mock.reference.server import ReferenceServer

BASIC_PLANE = 0xFFFF
SHORT = 191
IsValid = Callable[[str, Resource], bool]

refuses_blanks = any_resource(lambda resource: resource.text.get("blank") == "refused")
keeps_blanks = any_resource(lambda resource: resource.text.get("blank") == "kept")
may_refuse = any_resource(lambda resource: resource.texts and "refused" not in resource.text)
may_trim = any_resource(lambda resource: resource.text.get("trim") == "free")


@breaks("RESOURCE-TEXT")
def emoji_become_question_marks(server: ReferenceServer) -> None:
    """A character beyond U+FFFF is stored as a question mark."""
    edit_texts(server, lambda text: "".join("?" if ord(each) > BASIC_PLANE else each for each in text))


@breaks("RESOURCE-TEXT")
def inner_spaces_are_joined(server: ReferenceServer) -> None:
    """Several spaces in a text are stored as one."""
    edit_texts(server, lambda text: " ".join(text.split(" ")) if "  " not in text else " ".join(text.split()))


@breaks(
    "RESOURCE-TEXT",
    when=any_resource(lambda each: each.texts and each.text.get("maximum", SHORT + 1) > SHORT),
)
def long_texts_are_cut(server: ReferenceServer) -> None:
    """A text is cut after 191 characters."""
    edit_texts(server, lambda text: text[:SHORT])


@breaks("RESOURCE-TEXT")
def quotes_are_escaped(server: ReferenceServer) -> None:
    """A quotation mark in a text is stored as an entity of HTML."""
    edit_texts(server, lambda text: text.replace('"', "&quot;"))


@breaks("RESOURCE-TEXT")
def hebrew_is_reversed(server: ReferenceServer) -> None:
    """A text with right-to-left characters is stored reversed."""
    edit_texts(
        server, lambda text: text[::-1] if any("\u0590" <= each <= "\u08ff" for each in text) else text
    )


@breaks("RESOURCE-TEXT-EXACT")
def texts_are_composed(server: ReferenceServer) -> None:
    """A text is stored in Unicode's form C."""
    edit_texts(server, lambda text: unicodedata.normalize("NFC", text))


@breaks("RESOURCE-TEXT-EXACT")
def texts_with_a_ring_are_composed(server: ReferenceServer) -> None:
    """Only the letter a with a ring is composed."""
    edit_texts(server, lambda text: text.replace("A\u030a", "\u00c5"))


@breaks("RESOURCE-BLANK", when=refuses_blanks)
def empty_text_is_accepted(server: ReferenceServer) -> None:
    """An empty text is accepted; one of spaces is refused."""
    _accept(server, lambda text: text == "")


@breaks("RESOURCE-BLANK", when=refuses_blanks)
def text_of_spaces_is_accepted(server: ReferenceServer) -> None:
    """A text of spaces is accepted; an empty one is refused."""
    _accept(server, lambda text: text != "" and not text.strip())


@breaks("RESOURCE-BLANK", when=keeps_blanks)
def text_of_spaces_is_stored_as_empty(server: ReferenceServer) -> None:
    """A text of spaces is stored as an empty one."""
    edit_texts(server, lambda text: text if text.strip() else "")


@breaks("RESOURCE-BLANK", when=keeps_blanks)
def blank_text_gets_a_default(server: ReferenceServer) -> None:
    """An empty text is stored as "untitled"."""
    edit_texts(server, lambda text: text or "untitled")


@breaks("RESOURCE-TRIM")
def spaces_at_the_start_are_lost(server: ReferenceServer) -> None:
    """Spaces at the start of a text are not stored."""
    edit_texts(server, str.lstrip)


@breaks("RESOURCE-TRIM")
def spaces_at_the_end_are_lost(server: ReferenceServer) -> None:
    """Spaces at the end of a text are not stored."""
    edit_texts(server, str.rstrip)


@breaks("RESOURCE-MAXIMUM")
def longest_text_is_refused(server: ReferenceServer) -> None:
    """A text of as many characters as allowed is refused."""
    _refuse_texts(server, lambda text, resource: len(text) < resource.text.get("maximum", len(text) + 1))


@breaks("RESOURCE-MAXIMUM")
def longer_text_is_stored(server: ReferenceServer) -> None:
    """A text with one character too many is stored."""
    _accept(server, lambda text: len(text.strip()) > 1)


@keeps("RESOURCE-MAXIMUM")
def longer_text_is_cut(server: ReferenceServer) -> None:
    """A text with too many characters is cut."""
    maximum = max(resource.text.get("maximum", 0) for resource in server.get(ResourcePart).resources.values())
    _accept(server, lambda text: len(text.strip()) > 1)
    edit_texts(server, lambda text: text[:maximum])


@keeps("RESOURCE-TEXT", when=may_refuse)
def angle_brackets_are_refused(server: ReferenceServer) -> None:
    """A text with an angle bracket is refused with 400."""
    _refuse_texts(server, lambda text, _: "<" not in text)


@keeps("RESOURCE-TEXT", when=may_trim)
def texts_are_trimmed(server: ReferenceServer) -> None:
    """Spaces at both ends of a text are not stored, where that is declared as free."""
    edit_texts(server, str.strip)


@keeps("RESOURCE-TEXT")
def texts_are_composed_as_they_may(server: ReferenceServer) -> None:
    """A text is stored in Unicode's form C, which is the same text."""
    edit_texts(server, lambda text: text.replace("\u212b", "\u00c5"))


def _accept(server: ReferenceServer, is_accepted: Callable[[str], bool]) -> None:
    """Accept a body with a text that would be refused."""

    def check_text(original: Callable[..., None], text: str, resource: Resource) -> None:
        if not is_accepted(text):
            original(text, resource)

    wrap_method(server.get(ResourcePart), "check_text", check_text)


def _refuse_texts(server: ReferenceServer, is_valid: IsValid) -> None:
    """Refuse a body with a text that is not valid."""

    def check_body(original: Callable[..., Any], body: Any, resource: Resource) -> Any:
        for pointer in resource.texts:
            text = places.read(body, pointer)
            if isinstance(text, str) and not is_valid(text, resource):
                raise HttpError(400)
        return original(body, resource)

    wrap_method(server.get(ResourcePart), "check_body", check_body)
