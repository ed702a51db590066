"""Faults and variants of `errors`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from flask import Response, request

from tuningfork.audit.convention_patch import breaks, keeps
from tuningfork.audit.patching import wrap_method
from tuningfork.audit.response_edits import (
    edit_bodies,
    edit_headers,
    edit_responses,
    every_second,
    is_documented_error,
    is_error,
    is_success,
    replace_by_page,
    with_property,
    with_value,
    without_value,
)
from tuningfork.conventions.declaration import Declaration
from tuningfork.conventions.errors import Errors
from tuningfork.mock.controls import PATH
from tuningfork.mock.errors import HttpError
from tuningfork.mock.reference import places
from tuningfork.mock.reference.call import Call
from tuningfork.mock.reference.errors import ErrorPart
from tuningfork.mock.reference.server import ReferenceServer

TRACE = 'Traceback (most recent call last):\n  File "/srv/app/things.py", line 41, in show\nKeyError: 7'
QUERY = "SELECT * FROM things WHERE account = 1"


def declared_errors(declaration: Declaration) -> Iterator[Errors]:
    """Yield the groups of `errors`."""
    yield from declaration.groups.get("errors", ())


def property_pointers(declaration: Declaration) -> list[str]:
    """Return the declared properties of an error's body in the first group."""
    names = [name for each in list(declared_errors(declaration))[:1] for name in each.members]
    return [name for name in names if not name.startswith("header ")]


def header_names(declaration: Declaration) -> list[str]:
    """Return the declared headers of an error in the first group."""
    names = [name for each in list(declared_errors(declaration))[:1] for name in each.members]
    return [name.removeprefix("header ") for name in names if name.startswith("header ")]


def has(key: str) -> Callable[[Declaration], bool]:
    """Return a condition: whether the first group of `errors` has a key."""
    return lambda declaration: any(
        bool(getattr(each, key)) for each in list(declared_errors(declaration))[:1]
    )


def has_properties(declaration: Declaration) -> bool:
    """Return whether an error has properties in its body."""
    return bool(property_pointers(declaration))


def has_bare_405(declaration: Declaration) -> bool:
    """Return whether a 405 may have any form."""
    return any(each.bare is not None and 405 in each.bare for each in declared_errors(declaration))


def has_headers(declaration: Declaration) -> bool:
    """Return whether an error has headers."""
    return bool(header_names(declaration))


def has_credentials(declaration: Declaration) -> bool:
    """Return whether requests without credentials are refused with 401."""
    groups = [each for each in declaration.groups.get("auth", ()) if not each.optional]
    return any(each.missing is not None and 401 in each.missing.statuses for each in groups)


def has_unknown_ids(declaration: Declaration) -> bool:
    """Return whether an id that does not exist is refused by its status."""
    tables = declaration.groups.get("refusals", ())
    return any(each.not_found is not None and each.not_found.statuses.first >= 400 for each in tables)


def is_401(call: Call, response: Response) -> bool:
    """Return whether a response refuses credentials."""
    return is_documented_error(call, response) and response.status_code == 401


def is_404(call: Call, response: Response) -> bool:
    """Return whether a response is about an id that does not exist."""
    return is_documented_error(call, response) and response.status_code == 404


def first(server: ReferenceServer) -> Errors:
    """Return the first group of `errors`."""
    return next(declared_errors(server.declaration))


@breaks("ERRORS-FORM", when=has_properties)
def errors_lack_a_property(server: ReferenceServer) -> None:
    """An error lacks the last one of its properties."""
    edit_bodies(server, is_documented_error, without_value(property_pointers(server.declaration)[-1]))


@breaks("ERRORS-FORM", when=has_properties)
def every_second_error_has_a_list_as_property(server: ReferenceServer) -> None:
    """The first property of every second error is in a list."""
    pointer = property_pointers(server.declaration)[0]
    edit_bodies(server, every_second(is_documented_error), with_value(pointer, [["text"]]))


@breaks("ERRORS-FORM", when=lambda each: has_properties(each) and has_credentials(each))
def refusals_of_credentials_are_pages(server: ReferenceServer) -> None:
    """A 401 is an HTML page."""
    replace_by_page(server, is_401)


@breaks("ERRORS-FORM", when=lambda each: has_properties(each) and has_unknown_ids(each))
def errors_about_unknown_ids_have_no_body(server: ReferenceServer) -> None:
    """A 404 of an operation has no body."""

    def empty(call: Call, response: Response) -> Response:
        """Return a 404 without its body."""
        if is_404(call, response):
            response.set_data(b"")
        return response

    edit_responses(server, empty)


@breaks("ERRORS-FORM", when=has_headers)
def errors_lack_a_header(server: ReferenceServer) -> None:
    """An error lacks the last one of its headers."""
    edit_headers(server, is_documented_error, header_names(server.declaration)[-1], None)


@breaks("ERRORS-FORM", when=lambda each: has_headers(each) and has_unknown_ids(each))
def errors_about_unknown_ids_have_an_empty_header(server: ReferenceServer) -> None:
    """The first header of a 404 of an operation is empty."""
    edit_headers(server, is_404, header_names(server.declaration)[0], "")


@breaks("ERRORS-FORM", when=has("one_of"))
def errors_fit_no_alternative(server: ReferenceServer) -> None:
    """An error is a list with one text."""
    edit_bodies(server, is_documented_error, lambda _: ["error"])


@breaks("ERRORS-FORM", when=has("optional"))
def optional_properties_of_errors_have_another_type(server: ReferenceServer) -> None:
    """Each optional property of an error is a list with a list."""
    for name in first(server).optional:
        if not name.startswith("header "):
            edit_bodies(server, is_documented_error, with_value(name, [[]]))


def has_unknown_paths(declaration: Declaration) -> bool:
    """Return whether the status of a path that does not exist is that of an error."""
    refusals = [each.unknown_path for each in declaration.groups.get("refusals", ())]
    return all(each is None or each.statuses.first >= 400 for each in refusals)


@breaks("ERRORS-EVERYWHERE", when=lambda each: has("is_json")(each) and has_unknown_paths(each))
def unknown_paths_are_pages(server: ReferenceServer) -> None:
    """The error of a path that does not exist is an HTML page."""
    replace_by_page(
        server, lambda call, _: is_error(call, _) and request.url_rule is None and not _has_path(call)
    )


@breaks("ERRORS-EVERYWHERE", when=lambda each: has("is_json")(each) and not has_bare_405(each))
def unknown_methods_are_pages(server: ReferenceServer) -> None:
    """The error of a method that a path does not have is an HTML page."""
    replace_by_page(server, lambda call, _: is_error(call, _) and call.operation is None and _has_path(call))


def _has_path(call: Call) -> bool:
    """Return whether the path of an undocumented operation exists."""
    return getattr(call.request.routing_exception, "code", None) == 405


@breaks("ERRORS-LIST", when=has("list_"))
def lists_of_errors_are_empty(server: ReferenceServer) -> None:
    """The list of an error is empty."""
    edit_bodies(server, is_documented_error, with_value(first(server).list_ or "", []))


@breaks("ERRORS-LIST", when=has("list_"))
def every_second_list_of_errors_is_an_object(server: ReferenceServer) -> None:
    """The list of every second error is an object."""
    edit_bodies(server, every_second(is_documented_error), with_value(first(server).list_ or "", {"0": {}}))


@breaks("ERRORS-LIST", when=has("items"))
def last_entries_of_errors_have_another_type(server: ReferenceServer) -> None:
    """A list of errors has a second entry, whose first property is a list with a list."""
    declared = first(server)
    name = next(iter(declared.items))

    def entries(original: Callable[..., Any], *arguments: Any) -> Any:
        """Return the values of an error with a second entry."""
        values = original(*arguments)
        if declared.list_ is not None:
            values[declared.list_] = [*values[declared.list_], {name[1:]: [[]]}]
        return values

    wrap_method(server.get(ErrorPart), "values", entries)


@breaks("ERRORS-CODE", when=has("code"))
def errors_have_no_code(server: ReferenceServer) -> None:
    """An error has an empty text as its code."""
    _set_code(server, is_documented_error, "")


@breaks("ERRORS-CODE", when=has("codes"))
def errors_have_an_undeclared_code(server: ReferenceServer) -> None:
    """Every second error has the code "unexpected"."""
    _set_code(server, every_second(is_documented_error), "unexpected")


def _set_code(server: ReferenceServer, is_about: Callable[[Call, Response], bool], code: str) -> None:
    """Give errors another code."""
    place = first(server).code
    if place is not None and place.header is not None:
        edit_headers(server, is_about, place.header, code)
    elif place is not None:
        edit_bodies(server, is_about, with_value(place.pointer or "", code))


@breaks("ERRORS-STATUS", when=has("status"))
def errors_repeat_200(server: ReferenceServer) -> None:
    """An error repeats 200 in place of its status."""
    edit_bodies(server, is_documented_error, with_value(first(server).status or "", 200))


@breaks("ERRORS-STATUS", when=has("status"))
def every_second_error_repeats_another_status(server: ReferenceServer) -> None:
    """Every second error repeats 499 in place of its status."""
    edit_bodies(server, every_second(is_documented_error), with_value(first(server).status or "", 499))


@breaks("ERRORS-PHRASE", when=has("phrases"))
def errors_have_no_letters(server: ReferenceServer) -> None:
    """The text of an error is a dash."""
    phrases = first(server).phrases
    assert phrases is not None
    edit_bodies(server, is_documented_error, with_value(phrases.at, "-"))


@breaks(
    "ERRORS-PHRASE",
    when=lambda each: any(e.phrases and len(e.phrases.texts) > 1 for e in declared_errors(each)),
)
def errors_have_the_text_of_another_status(server: ReferenceServer) -> None:
    """Every second error has the text of another status."""
    phrases = first(server).phrases
    assert phrases is not None
    texts = list(phrases.texts.values())
    shifted = dict(zip(texts, [*texts[1:], texts[0]], strict=True))

    def change(body: Any) -> Any:
        """Return a body with the next text of the declared ones."""
        text = places.read(body, phrases.at)
        return places.write(body, phrases.at, shifted.get(text, texts[0]))

    edit_bodies(server, is_documented_error, change)


@breaks("ERRORS-MEDIA-TYPE")
def errors_are_plain_text(server: ReferenceServer) -> None:
    """An error has the media type text/plain."""
    edit_headers(server, is_documented_error, "Content-Type", "text/plain; charset=utf-8")


@breaks("ERRORS-MEDIA-TYPE")
def every_second_error_has_a_media_type_of_its_own(server: ReferenceServer) -> None:
    """Every second error has the media type application/x-error+json."""
    edit_headers(server, every_second(is_documented_error), "Content-Type", "application/x-error+json")


@breaks("ERRORS-IS-JSON")
def errors_are_cut(server: ReferenceServer) -> None:
    """The last character of an error is missing."""
    _edit_text(server, is_documented_error, lambda text: text[:-1])


@breaks("ERRORS-IS-JSON", "ERRORS-FORM", when=has("is_json"))
def every_second_error_has_single_quotes(server: ReferenceServer) -> None:
    """Every second error has single quotes in place of double ones."""
    _edit_text(server, every_second(is_documented_error), lambda text: text.replace(b'"', b"'"))


def _edit_text(
    server: ReferenceServer, is_about: Callable[[Call, Response], bool], change: Callable[[bytes], bytes]
) -> None:
    """Replace the bytes of bodies, whose media type stays."""

    def edit(call: Call, response: Response) -> Response:
        """Return the response with other bytes."""
        if is_about(call, response):
            response.set_data(change(response.get_data()))
        return response

    edit_responses(server, edit)


@breaks("ERRORS-ONLY")
def successes_have_properties_of_errors(server: ReferenceServer) -> None:
    """A success has each property and each header of an error."""
    _add_error_properties(server, is_success)


@breaks("ERRORS-ONLY")
def every_second_success_has_properties_of_errors(server: ReferenceServer) -> None:
    """Every second success has each property and each header of an error."""
    _add_error_properties(server, every_second(is_success))


def _add_error_properties(server: ReferenceServer, is_about: Callable[[Call, Response], bool]) -> None:
    """Add the properties and headers of errors to other responses."""

    def edit(call: Call, response: Response) -> Response:
        """Return a response with the properties of an error."""
        body = response.get_json(silent=True)
        if not is_about(call, response):
            return response
        for name in header_names(server.declaration):
            response.headers[name] = "1"
        if isinstance(body, dict):
            for pointer in (*property_pointers(server.declaration), *filter(None, [first(server).list_])):
                body = with_value(pointer, ["error"])(body)
            response.set_data(server.json(body).get_data())
        return response

    edit_responses(server, edit)


@breaks("ERRORS-NO-INTERNALS")
def errors_have_a_trace(server: ReferenceServer) -> None:
    """An error has a property with a trace."""
    edit_bodies(server, is_documented_error, with_property("debug", TRACE))


@breaks("ERRORS-NO-INTERNALS")
def every_second_error_has_a_query(server: ReferenceServer) -> None:
    """Every second error has a property with a query of the database."""
    edit_bodies(server, every_second(is_documented_error), with_property("context", QUERY))


@breaks("ERRORS-NO-5XX")
def paths_beyond_ascii_fail(server: ReferenceServer) -> None:
    """A path with characters beyond ASCII leads to 500."""
    _fail(server, lambda: not request.path.isascii())


@breaks("ERRORS-NO-5XX")
def long_headers_fail(server: ReferenceServer) -> None:
    """A header of more than 2,000 characters leads to 500."""
    _fail(server, lambda: any(len(value) > 2000 for value in request.headers.values()))


@breaks("ERRORS-NO-5XX")
def bodies_that_are_not_utf_8_fail(server: ReferenceServer) -> None:
    """A body that is not UTF-8 leads to 500."""
    _fail(server, lambda: b"\xff" in request.get_data() and request.method in ("POST", "PUT", "PATCH"))


@breaks("ERRORS-NO-5XX")
def long_queries_reach_no_server(server: ReferenceServer) -> None:
    """A query of more than 3,000 characters leads to 502."""
    _fail(server, lambda: len(request.query_string) > 3000, status=502)


def _fail(server: ReferenceServer, condition: Callable[[], bool], status: int = 500) -> None:
    """Respond with a server error to the requests for which a condition is true."""

    def admit(original: Callable[[], Response | None]) -> Response | None:
        """Raise HttpError if the condition is true."""
        if not request.path.startswith(PATH) and condition():
            raise HttpError(status)
        return original()

    wrap_method(server, "admit", admit)


@keeps("ERRORS-FORM", "ERRORS-CODE", "ERRORS-STATUS", "ERRORS-PHRASE", when=has_properties)
def errors_have_further_property(server: ReferenceServer) -> None:
    """An error has properties that are not declared."""
    edit_bodies(server, is_error, with_property("request_id", "8f14e45f-ceea-467f-9575-2d7a3c1f0f8b"))


@keeps("ERRORS-MEDIA-TYPE", "ERRORS-IS-JSON")
def media_types_of_errors_have_a_parameter(server: ReferenceServer) -> None:
    """The media type of an error has the parameter charset."""

    def edit(call: Call, response: Response) -> Response:
        """Return an error with a charset."""
        if is_error(call, response) and response.content_type:
            response.content_type = f"{response.mimetype}; charset=utf-8"
        return response

    edit_responses(server, edit)


@keeps("ERRORS-FORM", "ERRORS-EVERYWHERE", "ERRORS-STATUS", when=has("bare"))
def bare_statuses_are_pages(server: ReferenceServer) -> None:
    """An error with a bare status is an HTML page."""
    bare = first(server).bare
    replace_by_page(server, lambda _, response: bare is not None and response.status_code in bare)


@keeps("ERRORS-FORM", when=lambda each: any(len(e.one_of) > 1 for e in declared_errors(each)))
def errors_are_of_another_alternative(server: ReferenceServer) -> None:
    """An error has the properties of the last alternative."""

    def properties(original: Callable[[Errors], Any], declared: Errors) -> Any:
        """Return the properties of an error of the last alternative."""
        return original(declared.model_copy(update={"one_of": declared.one_of[::-1]}))

    wrap_method(server.get(ErrorPart), "properties", properties)


@keeps("ERRORS-FORM", "ERRORS-STATUS", "ERRORS-CODE", when=has("optional"))
def errors_lack_optional_property(server: ReferenceServer) -> None:
    """An error has no optional property."""
    for name in first(server).optional:
        if not name.startswith("header "):
            edit_bodies(server, is_error, without_value(name))


@keeps(
    "ERRORS-PHRASE", when=lambda each: any(e.phrases and e.phrases.allows_more for e in declared_errors(each))
)
def errors_say_more(server: ReferenceServer) -> None:
    """An error has a more specific text than that of its status."""
    phrases = first(server).phrases
    assert phrases is not None
    edit_bodies(server, is_error, with_value(phrases.at, "The request has nothing to do with this."))


@keeps("ERRORS-NO-INTERNALS")
def errors_repeat_the_request(server: ReferenceServer) -> None:
    """An error repeats the path, the query and the body of the request."""

    def edit(call: Call, response: Response) -> Response:
        """Return an error with a text from the request."""
        body = response.get_json(silent=True)
        if is_error(call, response) and isinstance(body, dict):
            sent = f"{request.url} {request.get_data(as_text=True)}"
            response.set_data(server.json({**body, "request": sent}).get_data())
        return response

    edit_responses(server, edit)
