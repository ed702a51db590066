"""Faults and variants of `cors`."""

from __future__ import annotations

from collections.abc import Callable

from flask import Request, Response, request

from tuningfork.audit.convention_faults.operations import is_last_read
from tuningfork.audit.convention_patch import breaks, keeps
from tuningfork.audit.patching import wrap_method
from tuningfork.conventions.cors import Cors
from tuningfork.conventions.declaration import Declaration
from tuningfork.mock.reference.cors import CorsPart
from tuningfork.mock.reference.server import ReferenceServer

Headers = dict[str, str]
ORIGIN, CREDENTIALS = "Access-Control-Allow-Origin", "Access-Control-Allow-Credentials"
METHODS, HEADERS = "Access-Control-Allow-Methods", "Access-Control-Allow-Headers"


def _declares(key: str, *values: object) -> Callable[[Declaration], bool]:
    """Return the condition that `cors` has one of these values; any but an empty one without values."""

    def condition(declaration: Declaration) -> bool:
        """Return whether the key has such a value."""
        declared = declaration.first("cors")
        value = getattr(declared, key, None)
        return value in values if values else bool(value)

    return condition


def _lists_origins(declaration: Declaration) -> bool:
    """Return whether only some origins are allowed."""
    return _declares("origins")(declaration) and not _declares("origins", "any")(declaration)


def _change_origin_headers(server: ReferenceServer, change: Callable[[Headers, str], Headers]) -> None:
    """Change the headers that allow an origin."""

    def origin_headers(original: Callable[[Cors, str], Headers], declared: Cors, origin: str) -> Headers:
        return change(original(declared, origin), origin)

    wrap_method(server.get(CorsPart), "origin_headers", origin_headers)


def _change_preflight(server: ReferenceServer, name: str, change: Callable[[str], str]) -> None:
    """Change a header of the response to a preflight."""

    def preflight_headers(original: Callable[[Cors], Headers], declared: Cors) -> Headers:
        headers = original(declared)
        return {**headers, name: change(headers.get(name, ""))}

    wrap_method(server.get(CorsPart), "preflight_headers", preflight_headers)


@breaks("CORS-ORIGIN")
def no_response_allows_an_origin(server: ReferenceServer) -> None:
    """Responses have no Access-Control-Allow-Origin."""
    wrap_method(server.get(CorsPart), "after", lambda _, _call, response: response)


@breaks("CORS-ORIGIN")
def last_read_allows_no_origin(server: ReferenceServer) -> None:
    """The response of the last documented GET has no Access-Control-Allow-Origin."""
    _change_origin_headers(server, lambda headers, _: {} if is_last_read(server) else headers)


@breaks("CORS-ORIGIN")
def allowed_origin_is_the_own_site(server: ReferenceServer) -> None:
    """Access-Control-Allow-Origin is always the site of the API."""
    _change_origin_headers(server, lambda headers, _: {**headers, ORIGIN: "https://www.example.org"})


@breaks("CORS-ORIGIN", when=_lists_origins)
def every_origin_is_allowed(server: ReferenceServer) -> None:
    """Every origin is allowed, not only the declared ones."""
    wrap_method(server.get(CorsPart), "is_allowed", lambda *_: True)


@breaks("CORS-ORIGIN", when=_lists_origins)
def origins_are_compared_by_their_start(server: ReferenceServer) -> None:
    """An origin is allowed if it starts with a declared one."""
    wrap_method(
        server.get(CorsPart),
        "is_allowed",
        lambda _, declared, origin: any(origin.startswith(each) for each in declared.origins),
    )


@keeps("CORS-ORIGIN", "CORS-CREDENTIALS", "CORS-VARY", when=_declares("origins", "any"))
def origin_is_repeated(server: ReferenceServer) -> None:
    """Access-Control-Allow-Origin is the origin of the request, with Vary, in place of the wildcard."""
    _change_origin_headers(server, lambda headers, origin: {**headers, ORIGIN: origin, "Vary": "Origin"})


@breaks("CORS-VARY", when=_lists_origins)
def response_has_no_vary(server: ReferenceServer) -> None:
    """A response that depends on the origin has no Vary."""
    _change_origin_headers(server, lambda headers, _: {n: v for n, v in headers.items() if n != "Vary"})


@breaks("CORS-VARY", when=_lists_origins)
def vary_is_about_the_encoding_only(server: ReferenceServer) -> None:
    """Vary of a response that depends on the origin is Accept-Encoding."""
    _change_origin_headers(server, lambda headers, _: {**headers, "Vary": "Accept-Encoding"})


@keeps("CORS-VARY")
def vary_has_other_names_too(server: ReferenceServer) -> None:
    """Vary names Accept-Encoding and origin."""
    _change_origin_headers(server, lambda headers, _: {**headers, "Vary": "Accept-Encoding, origin"})


def _has_unsafe_method(declaration: Declaration) -> bool:
    """Return whether a declared method needs a preflight."""
    return any(method in ("PUT", "PATCH", "DELETE") for method in declaration.first("cors").methods)  # type: ignore[union-attr]  # brought


@breaks("CORS-PREFLIGHT", when=_has_unsafe_method)
def preflight_does_not_allow_the_last_method(server: ReferenceServer) -> None:
    """The response to a preflight does not allow one of the declared methods."""
    unsafe = ("PUT", "PATCH", "DELETE")
    last = [name for name in server.declaration.first("cors").methods if name in unsafe][-1]  # type: ignore[union-attr]  # brought
    _change_preflight(server, METHODS, lambda value: value.replace(last, "GET"))


@breaks("CORS-PREFLIGHT", when=_declares("headers"))
def preflight_does_not_allow_the_last_header(server: ReferenceServer) -> None:
    """The response to a preflight does not allow one of the declared headers."""
    _change_preflight(server, HEADERS, lambda value: value.rpartition(",")[0] or "X-Other")


@breaks("CORS-PREFLIGHT")
def preflight_needs_a_token(server: ReferenceServer) -> None:
    """A preflight is refused like any request without credentials."""

    def preflight(original: Callable[[Request], Response | None], sent: Request) -> Response | None:
        response = original(sent)
        return Response(status=401) if response is not None else None

    wrap_method(server.get(CorsPart), "preflight", preflight)


@breaks("CORS-PREFLIGHT")
def preflight_of_one_path_is_refused(server: ReferenceServer) -> None:
    """A preflight for the last documented path returns 405."""
    last = server.operations[-1].path.rpartition("/{")[0] or server.operations[-1].path
    depth = server.operations[-1].path.count("/")

    def preflight(original: Callable[[Request], Response | None], sent: Request) -> Response | None:
        is_last = sent.path.startswith(last) and sent.path.count("/") == depth
        return Response(status=405) if is_last and original(sent) is not None else original(sent)

    wrap_method(server.get(CorsPart), "preflight", preflight)


@keeps("CORS-PREFLIGHT", "CORS-MAX-AGE")
def preflight_returns_200_and_allows_more(server: ReferenceServer) -> None:
    """The response to a preflight is 200, and allows further methods and headers in lower case."""

    def preflight(original: Callable[[Request], Response | None], sent: Request) -> Response | None:
        response = original(sent)
        if response is not None:
            response.status_code = 200
        return response

    wrap_method(server.get(CorsPart), "preflight", preflight)
    _change_preflight(server, METHODS, lambda value: f"TRACE, {value}" if value else "GET")
    _change_preflight(server, HEADERS, lambda value: f"x-more,{value.lower()}")


@breaks("CORS-ERRORS")
def errors_allow_no_origin(server: ReferenceServer) -> None:
    """Errors have no Access-Control-Allow-Origin."""
    wrap_method(
        server.get(CorsPart), "is_readable", lambda _, _declared, response: response.status_code < 400
    )


@breaks("CORS-ERRORS")
def not_found_allows_no_origin(server: ReferenceServer) -> None:
    """A 404 has no Access-Control-Allow-Origin; other errors have it."""
    wrap_method(
        server.get(CorsPart), "is_readable", lambda _, _declared, response: response.status_code != 404
    )


@breaks("CORS-EXPOSE")
def no_header_is_exposed(server: ReferenceServer) -> None:
    """Scripts may read none of the declared response headers."""
    wrap_method(server.get(CorsPart), "exposed", lambda *_: [])


@breaks("CORS-EXPOSE")
def last_header_is_not_exposed(server: ReferenceServer) -> None:
    """Scripts may not read the last of the declared response headers."""
    wrap_method(server.get(CorsPart), "exposed", lambda _, declared: declared.expose[:-1])


@keeps("CORS-EXPOSE")
def more_headers_are_exposed(server: ReferenceServer) -> None:
    """Scripts may read further response headers, in lower case."""
    wrap_method(
        server.get(CorsPart), "exposed", lambda _, declared: [*map(str.lower, declared.expose), "etag"]
    )


@breaks("CORS-CREDENTIALS", when=_declares("credentials", False))
def every_origin_is_allowed_with_credentials(server: ReferenceServer) -> None:
    """Every origin is repeated and allowed with credentials."""
    _change_origin_headers(server, lambda headers, origin: {**headers, ORIGIN: origin, CREDENTIALS: "true"})


@breaks("CORS-CREDENTIALS", when=_declares("credentials", False))
def null_origin_is_allowed_with_credentials(server: ReferenceServer) -> None:
    """The origin `null` is allowed with credentials."""
    _change_origin_headers(
        server,
        lambda headers, origin: {ORIGIN: "null", CREDENTIALS: "true"} if origin == "null" else headers,
    )


@breaks("CORS-CREDENTIALS", when=_declares("credentials", True))
def wildcard_is_allowed_with_credentials(server: ReferenceServer) -> None:
    """The wildcard is allowed together with credentials, which browsers refuse."""
    _change_origin_headers(server, lambda headers, _: {**headers, ORIGIN: "*"})


@breaks("CORS-CREDENTIALS", when=_declares("credentials", True))
def preflight_allows_no_credentials(server: ReferenceServer) -> None:
    """The response to a preflight does not allow credentials."""

    def change(headers: Headers, _origin: str) -> Headers:
        is_preflight = request.method == "OPTIONS"
        return {n: v for n, v in headers.items() if n != CREDENTIALS} if is_preflight else headers

    _change_origin_headers(server, change)


@breaks("CORS-MAX-AGE")
def preflight_has_no_max_age(server: ReferenceServer) -> None:
    """The response to a preflight has no Access-Control-Max-Age."""
    _change_preflight(server, "Access-Control-Max-Age", lambda _: "")


@breaks("CORS-MAX-AGE")
def preflight_is_valid_for_a_day(server: ReferenceServer) -> None:
    """The response to a preflight is valid for a day and a second."""
    _change_preflight(server, "Access-Control-Max-Age", lambda _: "86401")
