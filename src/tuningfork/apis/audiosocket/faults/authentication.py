"""Faults of tokens."""

from __future__ import annotations

from typing import Any

from flask import request

from tuningfork.apis.audiosocket.mock.seed import Seed
from tuningfork.apis.audiosocket.mock.tokens import Token
from tuningfork.audit.fault import fault
from tuningfork.audit.patching import around
from tuningfork.mock.errors import Refusal


@fault("AS-AUTH-01", "AS-CODE-04")
def token_is_refused_for_removing(mock: Any) -> None:
    """DELETE answers 401 to every token."""
    _refusing(mock, 401, lambda call: call.request.method == "DELETE")


@fault("AS-AUTH-01", "AS-CODE-02")
def token_is_refused_for_reading_one(mock: Any) -> None:
    """GET /tracks/{id} answers 401 to every token."""
    _refusing(mock, 401, lambda call: call.request.endpoint == "GET /tracks/{id}")


@fault("AS-AUTH-01", "AS-CODE-03", "AS-TRACK-03")
def token_is_refused_for_a_long_body(mock: Any) -> None:
    """A request with a body of over 200 bytes is answered 401."""
    _refusing(mock, 401, lambda call: len(call.request.get_data()) > 200)


@fault("AS-AUTH-02")
def list_needs_no_token(mock: Any) -> None:
    """GET /tracks without a header lists the tracks."""
    _opening(mock, lambda call: call.request.endpoint == "GET /tracks" and not mock.guard.shown(call))


@fault("AS-AUTH-02")
def head_needs_no_token(mock: Any) -> None:
    """HEAD without a header is answered as with one."""
    _opening(mock, lambda call: call.request.method == "HEAD" and not mock.guard.shown(call))


@fault("AS-AUTH-02", "AS-AUTH-09")
def track_that_is_not_there_needs_no_token(mock: Any) -> None:
    """GET /tracks/{id} without a header is answered 404 where there is no such track."""
    _opening(
        mock,
        lambda call: (
            call.request.method == "GET" and not mock.guard.shown(call) and not _names_a_track(mock, call)
        ),
    )


@fault("AS-AUTH-02")
def writing_without_a_token_is_forbidden(mock: Any) -> None:
    """POST and DELETE without a header are answered 403."""

    def need_token(need: Any, call: Any) -> Any:
        if mock.guard.writes(call.request.method) and not mock.guard.shown(call):
            raise Refusal(403)
        return need(call)

    around(mock.guard, "need_token", need_token)


@fault("AS-AUTH-02")
def missing_token_is_a_bad_request(mock: Any) -> None:
    """A request without a header is answered 400."""

    def need_token(need: Any, call: Any) -> Any:
        if not mock.guard.shown(call):
            raise Refusal(400)
        return need(call)

    around(mock.guard, "need_token", need_token)


@fault("AS-AUTH-03")
def token_is_good_by_its_beginning(mock: Any) -> None:
    """A token is taken whose first eight characters are right."""
    around(
        mock.tokens,
        "find",
        lambda find, value: find(value) or (Seed.TOKEN if value[:8] == Seed.TOKEN.value[:8] else None),
    )


@fault("AS-AUTH-03")
def token_is_read_without_case(mock: Any) -> None:
    """A token in capitals is as good as one in small letters."""
    around(mock.tokens, "find", lambda find, value: find(value.lower()))


@fault("AS-AUTH-03", "AS-AUTH-08")
def unknown_token_creates(mock: Any) -> None:
    """POST takes any token."""
    _lending(mock, lambda call: call.request.method == "POST")


@fault("AS-AUTH-03")
def unknown_token_reads_one_track(mock: Any) -> None:
    """GET /tracks/{id} takes any token."""
    _lending(mock, lambda call: call.request.endpoint == "GET /tracks/{id}")


@fault("AS-AUTH-03")
def token_of_nobody_is_forbidden(mock: Any) -> None:
    """A token that nobody was given is answered 403."""

    def find(find: Any, value: str) -> Any:
        if (token := find(value)) is None:
            raise Refusal(403)
        return token

    around(mock.tokens, "find", find)


@fault("AS-AUTH-04")
def any_scheme_is_taken(mock: Any) -> None:
    """The token is taken under whatever scheme."""
    mock.guard.scheme = lambda *_: True


@fault("AS-AUTH-04")
def scheme_of_another_api_is_taken(mock: Any) -> None:
    """`OAuth TOKEN` is as good as `Bearer TOKEN`."""
    around(mock.guard, "scheme", lambda scheme, name: scheme(name) or name == "OAuth")


@fault("AS-AUTH-04")
def bare_token_is_taken(mock: Any) -> None:
    """A header that is the token alone is accepted."""
    around(
        mock.guard,
        "credential",
        lambda credential, header: credential(header) or (header if " " not in header else None),
    )


@fault("AS-AUTH-04")
def empty_token_lists_nothing(mock: Any) -> None:
    """`Bearer` with an empty token reads an account without tracks."""

    def need_token(need: Any, call: Any) -> Any:
        return Seed.EMPTY if mock.guard.shown(call).strip() == "Bearer" else need(call)

    around(mock.guard, "need_token", need_token)


@fault("AS-AUTH-05")
def scheme_in_small_letters_is_unknown(mock: Any) -> None:
    """`bearer TOKEN` is answered 401."""
    mock.guard.scheme = lambda name: name == "Bearer"


@fault("AS-AUTH-05")
def scheme_in_capitals_is_unknown(mock: Any) -> None:
    """`BEARER TOKEN` is answered 401."""
    around(mock.guard, "scheme", lambda scheme, name: scheme(name) and name != "BEARER")


@fault("AS-AUTH-05")
def scheme_in_small_letters_does_not_write(mock: Any) -> None:
    """`bearer TOKEN` reads, and is answered 401 to POST and DELETE."""
    _refusing(
        mock,
        401,
        lambda call: mock.guard.writes(call.request.method) and mock.guard.shown(call).startswith("bearer"),
    )


@fault("AS-AUTH-07", "AS-AUTH-02")
def token_in_the_query_is_taken(mock: Any) -> None:
    """`access_token` in the query is as good as the header."""
    _showing(mock, lambda call: call.request.args.get("access_token"))


@fault("AS-AUTH-07", "AS-AUTH-03")
def token_in_the_query_mends_a_wrong_header(mock: Any) -> None:
    """`token` in the query is looked at where the header's token is unknown."""
    around(mock.tokens, "find", lambda find, value: find(value) or find(request.args.get("token", "")))


@fault("AS-AUTH-07", "AS-AUTH-02", "AS-AUTH-09")
def token_in_a_form_is_taken(mock: Any) -> None:
    """`token` or `access_token` in a form is as good as the header."""
    _showing(
        mock,
        lambda call: call.request.form.get("access_token") or call.request.form.get("token"),
    )


@fault("AS-AUTH-02")
def token_in_json_is_taken(mock: Any) -> None:
    """`access_token` in a body of JSON is as good as the header."""

    def shown(call: Any) -> Any:
        said = call.request.get_json(silent=True)
        return said.get("access_token") if isinstance(said, dict) else None

    _showing(mock, shown)


@fault("AS-AUTH-09", "AS-AUTH-02")
def body_is_judged_before_the_token(mock: Any) -> None:
    """POST without a token is answered 400 where the body is no track."""

    def need_token(need: Any, call: Any) -> Any:
        if call.request.method == "POST":
            mock.inputs.read(call.request)
        return need(call)

    around(mock.guard, "need_token", need_token)


@fault("AS-AUTH-09", "AS-AUTH-03")
def removal_of_nothing_is_told_to_strangers(mock: Any) -> None:
    """DELETE of a track that is not there is answered 404 to an unknown token."""
    _lending(mock, lambda call: call.request.method == "DELETE" and not _names_a_track(mock, call))


@fault("AS-AUTH-10")
def revoked_token_still_reads(mock: Any) -> None:
    """A revoked token goes on reading, and only writes no more."""

    def need_token(need: Any, call: Any) -> Any:
        known = mock.tokens.find(mock.guard.credential(mock.guard.shown(call)) or "")
        return known if known and call.request.method == "GET" else need(call)

    around(mock.guard, "need_token", need_token)


@fault("AS-AUTH-10")
def revoked_token_is_refused_once(mock: Any) -> None:
    """A revoked token is answered 401 the first time, and works again from the second on."""
    refused: set[str] = set()

    def live(live: Any, token: Token) -> bool:
        if live(token) or token.value in refused:
            return True
        refused.add(token.value)
        return False

    around(mock.tokens, "live", live)


@fault("AS-AUTH-10")
def revoked_token_is_forbidden(mock: Any) -> None:
    """A revoked token is answered 403."""

    def live(live: Any, token: Token) -> bool:
        if not live(token):
            raise Refusal(403)
        return True

    around(mock.tokens, "live", live)


def _names_a_track(mock: Any, call: Any) -> bool:
    text = (call.request.view_args or {}).get("id", "")
    return mock.tracks.find(text, Seed.TOKEN.account) is not None


def _refusing(mock: Any, status: int, which: Any) -> None:
    """Refuse some calls whose token is good."""

    def need_token(need: Any, call: Any) -> Any:
        token = need(call)
        if which(call):
            raise Refusal(status)
        return token

    around(mock.guard, "need_token", need_token)


def _opening(mock: Any, which: Any) -> None:
    """Let some calls through without a token of their own."""
    around(mock.guard, "need_token", lambda need, call: Seed.READ_ONLY if which(call) else need(call))


def _lending(mock: Any, which: Any) -> None:
    """Let some calls through by any token at all."""

    def need_token(need: Any, call: Any) -> Any:
        return Seed.TOKEN if which(call) and mock.guard.credential(mock.guard.shown(call)) else need(call)

    around(mock.guard, "need_token", need_token)


def _showing(mock: Any, elsewhere: Any) -> None:
    """Read the token from elsewhere too."""

    def shown(shown: Any, call: Any) -> str:
        found = elsewhere(call)
        return shown(call) or (f"Bearer {found}" if found else "")

    around(mock.guard, "shown", shown)
