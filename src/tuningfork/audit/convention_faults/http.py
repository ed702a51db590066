"""Faults and variants of `http`."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from flask import Response, request

from tuningfork.audit.convention_faults.refusals import has_resource
from tuningfork.audit.convention_patch import breaks, keeps
from tuningfork.audit.patching import wrap_method
from tuningfork.audit.response_edits import edit_headers, edit_responses, is_success
from tuningfork.audit.response_middleware import HeaderPairs, RawResponse, rewrite_responses
from tuningfork.conventions.declaration import Declaration
from tuningfork.conventions.grammar.responses import Refusal
from tuningfork.conventions.http import Http
from tuningfork.mock.errors import HttpError
from tuningfork.mock.reference.call import Call
from tuningfork.mock.reference.http import HttpPart
from tuningfork.mock.reference.server import ReferenceServer


def has_head(declaration: Declaration) -> bool:
    """Return whether HEAD works."""
    return any(each.head is True for each in declaration.groups.get("http", ()))


def refuses_head(declaration: Declaration) -> bool:
    """Return whether HEAD is refused."""
    return any(isinstance(each.head, Refusal) for each in declaration.groups.get("http", ()))


def deletes_with_204(declaration: Declaration) -> bool:
    """Return whether a resource is deleted with 204, and 204 has no body."""
    resources = declaration.named.get("resources", {}).values()
    is_204 = any(each.delete is not None and 204 in (each.delete.status or ()) for each in resources)
    return is_204 and any(
        each.empty is not None and 204 in each.empty for each in declaration.groups.get("http", ())
    )


@breaks("HTTP-HEAD", when=has_head)
def head_is_not_allowed(server: ReferenceServer) -> None:
    """HEAD is refused with 405."""
    _before(server, lambda: request.method == "HEAD", 405)


@breaks("HTTP-HEAD", when=has_head)
def head_of_an_item_is_not_found(server: ReferenceServer) -> None:
    """HEAD has the status 404 at the last operation that GET has."""
    last = [each for each in server.operations if each.method == "GET"][-1].key
    _before(server, lambda: request.method == "HEAD" and request.endpoint == last, 404)


@breaks("HTTP-HEAD", when=has_head)
def head_has_another_media_type(server: ReferenceServer) -> None:
    """A response to HEAD has the media type text/html."""
    edit_headers(server, lambda *_: request.method == "HEAD", "Content-Type", "text/html")


@breaks("HTTP-HEAD", when=refuses_head)
def head_is_served(server: ReferenceServer) -> None:
    """HEAD works, though it is declared as refused."""
    wrap_method(server.get(HttpPart), "before", lambda *_: None)


@breaks("HTTP-HEAD", when=refuses_head)
def head_is_refused_with_another_status(server: ReferenceServer) -> None:
    """HEAD is refused with 418."""
    _before(server, lambda: request.method == "HEAD", 418)


def _before(server: ReferenceServer, is_about: Callable[[], bool], status: int) -> None:
    """Refuse requests before the part sees them."""

    def before(original: Callable[[Call], Response | None], call: Call) -> Response | None:
        """Raise HttpError for such a request."""
        if is_about():
            raise HttpError(status)
        return original(call)

    wrap_method(server.get(HttpPart), "before", before)


@breaks("HTTP-OPTIONS")
def options_is_not_allowed(server: ReferenceServer) -> None:
    """OPTIONS is refused with 405."""
    wrap_method(server.get(HttpPart), "options", lambda *_: None)


@breaks("HTTP-OPTIONS")
def options_forgets_a_method(server: ReferenceServer) -> None:
    """OPTIONS does not name the method of the last operation."""
    last = server.operations[-1].method

    def edit(call: Call, response: Response) -> Response:
        """Return the response with a shorter Allow."""
        if request.method == "OPTIONS" and "Allow" in response.headers:
            kept = [name for name in response.headers["Allow"].split(", ") if name != last]
            response.headers["Allow"] = ", ".join(kept)
        return response

    edit_responses(server, edit)


@breaks("HTTP-SAFE", when=has_resource)
def reads_delete(server: ReferenceServer) -> None:
    """GET of an item deletes it."""
    _change_read_item(server, lambda item: setattr(item, "is_deleted", True))


@breaks("HTTP-SAFE", when=lambda each: has_resource(each) and not refuses_head(each))
def heads_delete(server: ReferenceServer) -> None:
    """HEAD of an item deletes it."""
    _change_read_item(server, lambda item: setattr(item, "is_deleted", True), method="HEAD")


@breaks("HTTP-SAFE", when=has_resource)
def reads_count(server: ReferenceServer) -> None:
    """GET of an item adds a letter to each of its texts."""

    def change(item: Any) -> None:
        """Add a letter to each text."""
        item.data = {
            name: f"{value}x" if isinstance(value, str) and name != "id" else value
            for name, value in item.data.items()
        }

    _change_read_item(server, change)


@breaks("HTTP-SAFE", when=has_resource)
def method_override_is_obeyed(server: ReferenceServer) -> None:
    """GET with X-HTTP-Method-Override: DELETE deletes an item."""

    def change(item: Any) -> None:
        """Delete the item if the header has that value."""
        item.is_deleted = item.is_deleted or request.headers.get("X-HTTP-Method-Override") == "DELETE"

    _change_read_item(server, change)


def _change_read_item(server: ReferenceServer, change: Callable[[Any], None], method: str = "GET") -> None:
    """Change an item after it was read."""
    resources: Any = server.parts["resources"]

    def edit(call: Call, response: Response) -> Response:
        """Change the item and return the response."""
        if request.method == method and is_success(call, response):
            item = resources.item_of(call)
            if item is not None:
                change(item)
        return response

    edit_responses(server, edit)


@breaks("HTTP-EMPTY", when=deletes_with_204)
def deletions_have_a_body(server: ReferenceServer) -> None:
    """A 204 has a body."""
    _rewrite_204(server, b'{"deleted": true}', every=1)


@breaks("HTTP-EMPTY", when=deletes_with_204)
def every_second_deletion_has_a_byte(server: ReferenceServer) -> None:
    """Every second 204 has one byte."""
    _rewrite_204(server, b"\n", every=2)


@breaks("HTTP-EMPTY", when=deletes_with_204)
def deletions_announce_a_body(server: ReferenceServer) -> None:
    """A 204 has no body, and Content-Length: 2."""
    _rewrite_204(server, b"", every=1, length="2")


def _rewrite_204(server: ReferenceServer, body: bytes, every: int, length: str = "") -> None:
    """Send 204 with a body, or with a Content-Length."""
    seen: list[str] = []

    def send(status: str, headers: HeaderPairs, original: bytes) -> RawResponse:
        """Return the changed response."""
        is_about = status.startswith("204")
        seen.extend([status] if is_about else [])
        if not is_about or len(seen) % every:
            return status, headers, [original]
        kept = [pair for pair in headers if pair[0].lower() != "content-length"]
        chunks: Iterable[bytes] = [body]
        return status, [*kept, ("Content-Length", length or str(len(body)))], chunks

    rewrite_responses(server, send)


@breaks("HTTP-COMPRESSION")
def nothing_is_compressed(server: ReferenceServer) -> None:
    """No body is compressed."""
    wrap_method(server.get(HttpPart), "accepts_gzip", lambda *_: False)


@breaks("HTTP-COMPRESSION")
def everything_is_compressed(server: ReferenceServer) -> None:
    """Each body is compressed, regardless of Accept."""
    wrap_method(server.get(HttpPart), "accepts_gzip", lambda *_: True)


@breaks("HTTP-COMPRESSION")
def compressed_responses_do_not_vary(server: ReferenceServer) -> None:
    """A compressed response has no Vary."""

    def compress(
        original: Callable[..., Response], call: Call, declared: Http, response: Response
    ) -> Response:
        """Return the response without Vary."""
        compressed = original(call, declared, response)
        compressed.headers.pop("Vary", None)
        return compressed

    wrap_method(server.get(HttpPart), "compress", compress)


@keeps("HTTP-HEAD", when=has_head)
def head_has_no_content_headers(server: ReferenceServer) -> None:
    """A response to HEAD has neither Content-Type nor Content-Length (RFC 9110 9.3.2)."""
    edit_headers(server, lambda *_: request.method == "HEAD", "Content-Type", None)


@keeps("HTTP-OPTIONS")
def options_has_a_body(server: ReferenceServer) -> None:
    """OPTIONS returns 200 with a text."""

    def edit(call: Call, response: Response) -> Response:
        """Return the response with a body."""
        if request.method == "OPTIONS" and response.status_code == 204:
            response.status_code = 200
            response.set_data("methods")
        return response

    edit_responses(server, edit)


@keeps("HTTP-SAFE", when=has_resource)
def reads_are_counted(server: ReferenceServer) -> None:
    """An item counts how often it was read."""

    def change(item: Any) -> None:
        """Count the read."""
        item.data = {**item.data, "reads_count": item.data.get("reads_count", 0) + 1}

    _change_read_item(server, change)


@keeps("HTTP-COMPRESSION")
def vary_has_further_names(server: ReferenceServer) -> None:
    """Vary names Origin, too."""
    edit_responses(server, lambda _, response: _vary_by_origin(response))


def _vary_by_origin(response: Response) -> Response:
    """Return a response that varies by Origin."""
    response.vary.add("Origin")
    return response
