"""Faults and variants of `deprecation`."""

from __future__ import annotations

from email.utils import formatdate

from tuningfork.audit.convention_patch import breaks, keeps
from tuningfork.audit.patching import wrap_method
from tuningfork.audit.response_edits import edit_headers, every_second, is_success
from tuningfork.mock.reference.deprecation import DEPRECATED_S, DeprecationPart
from tuningfork.mock.reference.server import ReferenceServer


@breaks("DEPRECATION-SUNSET")
def successes_have_no_sunset(server: ReferenceServer) -> None:
    """A success has no Sunset."""
    edit_headers(server, is_success, "Sunset", None)


@breaks("DEPRECATION-SUNSET")
def every_second_sunset_is_in_rfc_3339(server: ReferenceServer) -> None:
    """Every second Sunset is a date as in RFC 3339."""
    edit_headers(server, every_second(is_success), "Sunset", "2030-01-01T00:00:00Z")


@breaks("DEPRECATION-DATE")
def deprecation_is_true(server: ReferenceServer) -> None:
    """Deprecation is `true`, as in a draft."""
    edit_headers(server, is_success, "Deprecation", "true")


@breaks("DEPRECATION-DATE")
def every_second_success_has_no_deprecation(server: ReferenceServer) -> None:
    """Every second success has no Deprecation."""
    edit_headers(server, every_second(is_success), "Deprecation", None)


@breaks("DEPRECATION-ORDER")
def sunset_is_before_deprecation(server: ReferenceServer) -> None:
    """Sunset is a day before Deprecation."""
    edit_headers(server, is_success, "Sunset", formatdate(DEPRECATED_S - 86_400, usegmt=True))


@breaks("DEPRECATION-ORDER")
def every_second_deprecation_is_after_sunset(server: ReferenceServer) -> None:
    """Deprecation of every second success is in the year 2100."""
    edit_headers(server, every_second(is_success), "Deprecation", "@4102444800")


@breaks("DEPRECATION-LINK")
def successes_have_no_link(server: ReferenceServer) -> None:
    """A success has no Link."""
    edit_headers(server, is_success, "Link", None)


@breaks("DEPRECATION-LINK")
def every_second_link_has_another_relation(server: ReferenceServer) -> None:
    """Every second Link has the relation type "help"."""
    edit_headers(server, every_second(is_success), "Link", '<https://example.com/>; rel="help"')


@keeps("DEPRECATION-SUNSET", "DEPRECATION-ORDER")
def sunset_is_over(server: ReferenceServer) -> None:
    """Sunset is in the past, and the operation still works (RFC 8594 3)."""
    wrap_method(server.get(DeprecationPart), "sunset", lambda _: formatdate(DEPRECATED_S + 1, usegmt=True))


@keeps("DEPRECATION-LINK")
def links_have_further_relations(server: ReferenceServer) -> None:
    """A Link names several relation types."""
    for declared in server.declaration.groups["deprecation"]:
        relation = f'<https://example.com/>; rel="help {declared.link}"'
        edit_headers(server, is_success, "Link", relation)
