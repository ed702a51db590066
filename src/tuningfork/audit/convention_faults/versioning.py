"""Faults and variants of `versioning`."""

from __future__ import annotations

import itertools
from collections.abc import Callable

from flask import Response, g

from tuningfork.audit.convention_faults.operations import is_last_read
from tuningfork.audit.convention_patch import breaks, keeps
from tuningfork.audit.patching import wrap_method
from tuningfork.conventions.declaration import Declaration
from tuningfork.conventions.grammar.responses import AllowedResponses, Refusal
from tuningfork.conventions.grammar.statuses import Statuses
from tuningfork.conventions.versioning import Versioning
from tuningfork.mock.errors import HttpError
from tuningfork.mock.reference.call import Call
from tuningfork.mock.reference.errors import ErrorPart
from tuningfork.mock.reference.server import ReferenceServer
from tuningfork.mock.reference.versioning import VersioningPart

Choose = Callable[..., str | None]
Version = Callable[[], str | None]


def _refuses(key: str) -> Callable[[Declaration], bool]:
    """Return the condition that `unknown` or `missing` allows only refusals."""
    return lambda declaration: (
        (answers := getattr(declaration.first("versioning"), key)) is not None
        and bool(answers.refusals)
        and not answers.words
    )


def _has_words(key: str) -> Callable[[Declaration], bool]:
    """Return the condition that `unknown` or `missing` allows only another version."""
    return lambda declaration: (
        (answers := getattr(declaration.first("versioning"), key)) is not None
        and bool(answers.words)
        and not answers.refusals
    )


def _has_both(key: str) -> Callable[[Declaration], bool]:
    """Return the condition that `unknown` or `missing` allows refusals and another version."""
    return lambda declaration: (
        (answers := getattr(declaration.first("versioning"), key)) is not None
        and bool(answers.words and answers.refusals)
    )


def _has_code(declaration: Declaration) -> bool:
    """Return whether an unknown version has an error code."""
    errors, declared = declaration.first("errors"), declaration.first("versioning")
    has_code = errors is not None and errors.code is not None
    return has_code and _refuses("unknown")(declaration) and bool(declared.unknown.refusal.codes)  # type: ignore[union-attr]  # brought


def _is_in_accept_parameter(declaration: Declaration) -> bool:
    """Return whether the version is a parameter of Accept."""
    declared: Versioning | None = declaration.first("versioning")
    return declared is not None and declared.in_ == "accept" and ";" in declared.as_


def _has_several(declaration: Declaration) -> bool:
    """Return whether several versions are supported."""
    return len(declaration.first("versioning").supported) > 1  # type: ignore[union-attr]  # brought


def _refuse(server: ReferenceServer) -> HttpError:
    """Return the refusal of an unknown version."""
    declared = server.declaration.first("versioning")
    answers = declared.unknown if declared is not None else None
    refusal = answers.refusal if answers is not None and answers.refusal else Refusal(Statuses(("406",)))
    return server.get(ErrorPart).refuse(refusal)


def _skip_check(server: ReferenceServer, condition: Callable[[Call], bool]) -> None:
    """Accept every version in requests that a condition is true of."""
    wrap_method(
        server.get(VersioningPart),
        "is_supported",
        lambda original, declared, version: condition(g.context) or original(declared, version),
    )


@breaks("VERSION-SUPPORTED", when=_refuses("unknown"))
def first_supported_version_is_refused(server: ReferenceServer) -> None:
    """The first of the supported versions is refused."""
    wrap_method(
        server.get(VersioningPart),
        "is_supported",
        lambda original, declared, version: original(declared, version) and version != declared.supported[0],
    )


@breaks("VERSION-SUPPORTED", when=_refuses("unknown"))
def last_read_supports_no_version(server: ReferenceServer) -> None:
    """The last documented GET refuses the supported versions."""
    wrap_method(
        server.get(VersioningPart),
        "is_supported",
        lambda original, declared, version: original(declared, version) and not is_last_read(server),
    )


@breaks("VERSION-SUPPORTED", when=_is_in_accept_parameter)
def parameter_before_the_version_is_refused(server: ReferenceServer) -> None:
    """An Accept with another parameter before the version is refused."""

    def in_accept(original: Callable[[str, str], str | None], template: str, accept: str) -> str | None:
        if "charset" in accept:
            raise _refuse(server)
        return original(template, accept)

    wrap_method(server.get(VersioningPart), "in_accept", in_accept)


@breaks("VERSION-SUPPORTED", when=_is_in_accept_parameter)
def capitals_in_the_parameter_are_refused(server: ReferenceServer) -> None:
    """An Accept with the name of the parameter in capitals is refused."""

    def is_parameter(original: Callable[[str, str], bool], name: str, expected: str) -> bool:
        if name.isupper():
            raise _refuse(server)
        return original(name, expected)

    wrap_method(server.get(VersioningPart), "is_parameter", is_parameter)


@breaks("VERSION-UNKNOWN", when=_refuses("unknown"))
def any_version_is_supported(server: ReferenceServer) -> None:
    """Every version is accepted."""
    _skip_check(server, lambda _: True)


@breaks("VERSION-UNKNOWN", when=_refuses("unknown"))
def versions_are_compared_by_their_start(server: ReferenceServer) -> None:
    """A version is accepted if it starts with a supported one."""
    wrap_method(
        server.get(VersioningPart),
        "is_supported",
        lambda _, declared, version: any(version.startswith(each) for each in declared.supported),
    )


@breaks("VERSION-UNKNOWN", when=_refuses("unknown"))
def last_read_accepts_any_version(server: ReferenceServer) -> None:
    """The last documented GET accepts every version."""
    _skip_check(server, lambda _: is_last_read(server))


@breaks("VERSION-UNKNOWN", when=lambda each: _refuses("unknown")(each) and bool(each.named.get("resources")))
def version_of_a_change_is_not_checked(server: ReferenceServer) -> None:
    """A POST, PUT, PATCH or DELETE accepts every version."""
    _skip_check(server, lambda call: call.request.method not in ("GET", "HEAD"))


@breaks("VERSION-UNKNOWN", when=_refuses("unknown"))
def third_unknown_version_is_accepted(server: ReferenceServer) -> None:
    """Every third request with an unknown version is accepted."""
    numbers = itertools.count(1)
    wrap_method(
        server.get(VersioningPart),
        "is_supported",
        lambda original, declared, version: original(declared, version) or next(numbers) % 3 == 0,
    )


@breaks("VERSION-UNKNOWN", when=_refuses("unknown"))
def unknown_version_returns_409(server: ReferenceServer) -> None:
    """An unknown version returns 409."""
    _refuse_with(server, Statuses(("409",)))


@breaks("VERSION-UNKNOWN", when=_has_code)
def unknown_version_has_another_code(server: ReferenceServer) -> None:
    """The error of an unknown version has the code `other`."""
    refusal = server.declaration.first("versioning").unknown.refusal  # type: ignore[union-attr]  # brought
    _refuse_with(server, refusal.statuses, ("other",))


@breaks("VERSION-UNKNOWN", when=_has_words("unknown"))
def unknown_version_is_refused(server: ReferenceServer) -> None:
    """An unknown version is refused although another one is promised instead."""
    _refuse_with(server, Statuses(("400",)))


@keeps("VERSION-UNKNOWN", when=_has_both("unknown"))
def unknown_version_is_replaced(server: ReferenceServer) -> None:
    """A request with an unknown version is processed as the declared other one."""
    _prefer(server, "unknown", is_refusal_preferred=False)


@keeps("VERSION-MISSING", when=_has_both("missing"))
def missing_version_is_refused_as_allowed(server: ReferenceServer) -> None:
    """A request without a version is refused, which is declared beside another version."""
    _prefer(server, "missing", is_refusal_preferred=True)


@breaks("VERSION-MISSING", when=_refuses("missing"))
def missing_version_is_accepted(server: ReferenceServer) -> None:
    """A request without a version is accepted."""
    _choose_for_missing(server, lambda _: None)


@breaks("VERSION-MISSING", when=_refuses("missing"))
def last_read_needs_no_version(server: ReferenceServer) -> None:
    """The last documented GET accepts a request without a version."""
    _choose_for_missing(server, lambda original: None if is_last_read(server) else original())


@breaks("VERSION-MISSING", when=_has_words("missing"))
def missing_version_is_refused(server: ReferenceServer) -> None:
    """A request without a version is refused although a default is promised."""

    def refuse(original: Version) -> str | None:
        raise HttpError(400)

    _choose_for_missing(server, refuse)


@breaks("VERSION-MISSING", when=_has_words("missing"))
def last_read_needs_a_version(server: ReferenceServer) -> None:
    """The last documented GET refuses a request without a version although a default is promised."""

    def refuse_last(original: Version) -> str | None:
        if is_last_read(server):
            raise HttpError(400)
        return original()

    _choose_for_missing(server, refuse_last)


@breaks("VERSION-ECHO")
def response_names_no_version(server: ReferenceServer) -> None:
    """Responses do not name the version."""
    wrap_method(server.get(VersioningPart), "after", lambda _, _call, response: response)


@breaks("VERSION-ECHO", when=_has_several)
def response_names_the_newest_version(server: ReferenceServer) -> None:
    """Responses name the last supported version, whichever was used."""

    def after(original: Callable[[Call, Response], Response], call: Call, response: Response) -> Response:
        call.notes.pop("versioning", None)
        return original(call, response)

    wrap_method(server.get(VersioningPart), "after", after)


@breaks("VERSION-ECHO")
def last_read_names_no_version(server: ReferenceServer) -> None:
    """The response of the last documented GET does not name the version."""
    wrap_method(
        server.get(VersioningPart),
        "after",
        lambda original, call, response: response if is_last_read(server) else original(call, response),
    )


@keeps("VERSION-ECHO")
def errors_name_no_version(server: ReferenceServer) -> None:
    """Errors do not name the version."""
    wrap_method(
        server.get(VersioningPart),
        "after",
        lambda original, call, response: (
            response if response.status_code >= 400 else original(call, response)
        ),
    )


def _choose_for_missing(
    server: ReferenceServer, choice: Callable[[Callable[[], str | None]], str | None]
) -> None:
    """Replace the choice of a version for requests without one."""

    def choose(
        original: Choose, answers: AllowedResponses | None, *, is_refusal_preferred: bool
    ) -> str | None:
        def as_before() -> str | None:
            return original(answers, is_refusal_preferred=is_refusal_preferred)

        return as_before() if is_refusal_preferred else choice(as_before)

    wrap_method(server.get(VersioningPart), "choose", choose)


def _refuse_with(server: ReferenceServer, statuses: Statuses, codes: tuple[str, ...] = ()) -> None:
    """Refuse unknown versions with other statuses and codes."""

    def choose(
        original: Choose, answers: AllowedResponses | None, *, is_refusal_preferred: bool
    ) -> str | None:
        if is_refusal_preferred:
            raise server.get(ErrorPart).refuse(Refusal(statuses, codes))
        return original(answers, is_refusal_preferred=is_refusal_preferred)

    wrap_method(server.get(VersioningPart), "choose", choose)


def _prefer(server: ReferenceServer, key: str, *, is_refusal_preferred: bool) -> None:
    """Choose the other one of two allowed responses, to an unknown or to a missing version."""

    def choose(original: Choose, answers: AllowedResponses | None, **usual: bool) -> str | None:
        declared = server.declaration.first("versioning")
        is_it = declared is not None and answers is getattr(declared, key)
        return original(answers, **({"is_refusal_preferred": is_refusal_preferred} if is_it else usual))

    wrap_method(server.get(VersioningPart), "choose", choose)
