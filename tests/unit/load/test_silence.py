"""A healthy server is not accused for what no claim forbids."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl

import pytest
from tests.unit.load.harbour import BERTH, PAGES, Answer, Harbour, declare, refusal

from tuningfork.audit.patching import wrap_method
from tuningfork.client.client import Client
from tuningfork.load import key_steps, promised_pages
from tuningfork.load.load_log import LoadLog
from tuningfork.load.results import errors_of
from tuningfork.load.tally import Tally
from tuningfork.mock.app import Environ
from tuningfork.mock.reference.auth import AuthPart
from tuningfork.mock.reference.pagination import PaginationPart
from tuningfork.mock.reference.resources import ResourcePart
from tuningfork.model import Exchange, Headers, Request, Response

Serve = Callable[..., Harbour]
REFUSED_WITH_403 = {"wrong": 403, "expired": 403, "revoked": 403}


def revoke_tokens(harbour: Harbour) -> None:
    for token in harbour.server.get(AuthPart).tokens.by_value.values():
        token.is_revoked = token.is_revoked or token.kind == "access"


def test_token_that_is_refused_as_declared_says_nothing_and_the_user_logs_in_again(serve: Serve) -> None:
    harbour = serve(declare(REFUSED_WITH_403), logs_in=True)
    harbour.repeat_alone("pages")
    revoke_tokens(harbour)

    assert harbour.repeat(times=2) == {"PAGE-INSERT": True}
    assert [each.reason for each in errors_of(harbour.load)] == ["403 for an access token of this run"]


def test_items_are_deleted_with_a_new_token_if_the_stored_one_is_refused_as_declared(serve: Serve) -> None:
    harbour = serve(declare(REFUSED_WITH_403), logs_in=True)
    harbour.repeat_alone("pages")
    revoke_tokens(harbour)

    harbour.load.session.tokens.doubt()
    harbour.sessions.close()

    items = harbour.server.get(ResourcePart).items["berth"]
    assert items
    assert all(each.is_deleted for each in items if each.sent)


@pytest.mark.parametrize(
    ("url", "headers"),
    [("/berths?key=q7%2BZk%2Fx%3D%3D", ()), ("/berths", (("Authorization", "Bearer q7+Zk/x=="),))],
)
def test_token_is_recognized_in_a_url_and_in_a_header(url: str, headers: tuple[tuple[str, str], ...]) -> None:
    log = LoadLog(lambda _: (None, []), lambda _: True, Tally(), lambda *_: None)
    log.token = "q7+Zk/x=="

    log.add(Exchange(Request("GET", f"http://127.0.0.1{url}", Headers(headers)), Response(401)))

    assert log.is_token_refused


def test_list_is_expected_to_have_only_what_was_added_to_it(serve: Serve) -> None:
    """All comments are more than those of the parent with which the other list is read."""
    paths = {"list": "GET /posts/{post}/comments", "parent": "post"}
    requests = {
        "create": {"request": "POST /posts/{post}/comments", "body": {"label": "{text}"}},
        "read": {"request": "GET /posts/{post}/comments/{id}"},
        "delete": {"request": "DELETE /posts/{post}/comments/{id}"},
    }
    posts = json.loads(json.dumps(BERTH).replace("berth", "post"))
    declared = declare(
        {"probe": "GET /posts"},
        resources={"post": posts, "comment": {**paths, **requests, "text": {"/label": "/label"}}},
    )
    declared["pagination"] = [PAGES, {**PAGES, "operations": ["GET /comments"], "fill": "comment"}]
    harbour = serve(declared)
    resources = harbour.server.get(ResourcePart)

    def items_of(original: Callable[..., Any], declared: Any, operation: Any) -> Any:
        if operation.path != "/comments":
            return original(declared, operation)
        return [resources.list_data(each) for each in resources.items["comment"] if not each.is_deleted]

    wrap_method(harbour.server.get(PaginationPart), "items_of", items_of)
    harbour.repeat_alone("pages")

    assert harbour.repeat() == {"PAGE-INSERT": True}


@pytest.mark.parametrize(
    "changes", [{}, {"type": "page", "parameter": "page", "beyond": 400}], ids=["cursor", "page"]
)
def test_item_beyond_the_reach_may_be_missing(serve: Serve, changes: dict[str, Any]) -> None:
    harbour = serve(declare(pages={"reach": 30, **changes}))
    harbour.store(35)
    harbour.repeat_alone("pages")

    assert harbour.repeat() == {}
    assert harbour.reasons == ["/berths may have more items than can be reached"]
    assert not any(tally.broken for tally in harbour.load.tally.claims.values())


def test_page_that_ends_beyond_the_reach_may_be_refused(serve: Serve) -> None:
    """It begins within the reach."""
    harbour = serve(declare(pages={"reach": 30, "type": "page", "parameter": "page", "beyond": 400}))
    harbour.store(12)

    def respond(environ: Environ) -> Answer | None:
        query = dict(parse_qsl(str(environ["QUERY_STRING"])))
        is_beyond = int(query.get("page", 1)) * int(query.get("limit", 20)) > 30
        return refusal("400 BAD REQUEST") if is_beyond else None

    harbour.intercept(respond)

    harbour.repeat_alone("pages")

    assert not any(tally.broken for tally in harbour.load.tally.claims.values())


def test_list_within_the_reach_is_judged(serve: Serve) -> None:
    harbour = serve(declare(pages={"reach": 1000}))
    harbour.repeat_alone("pages")

    assert harbour.repeat() == {"PAGE-INSERT": True}


def test_page_that_is_requested_after_the_life_of_its_cursor_is_not_judged(
    serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    harbour = serve(declare(pages={"expires": {"after": 60, "refusal": 400}}))
    harbour.repeat_alone("pages")
    assert harbour.repeat() == {"PAGE-INSERT": True}
    let_time_pass(monkeypatch, promised_pages)
    harbour.intercept(
        lambda environ: refusal("400 BAD") if "cursor=" in str(environ["QUERY_STRING"]) else None
    )

    assert harbour.repeat() == {"PAGE-INSERT": True}
    assert harbour.reasons == ["a cursor of /berths may have expired while the user waited"]


def test_key_that_is_repeated_after_its_window_is_not_judged(
    serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys = {"operations": ["POST /berths"], "replay": "equal", "concurrent": ["replayed"], "window": 60}
    harbour = serve(declare(idempotency=keys))
    let_time_pass(monkeypatch, key_steps)
    harbour.repeat_alone("repeated")

    assert harbour.repeat() == {}
    assert harbour.reasons == ["a key may have been forgotten while the user waited"]


def let_time_pass(monkeypatch: pytest.MonkeyPatch, module: Any) -> None:
    """Have 1000 seconds pass between two looks at the clock."""
    clock = iter(range(0, 10**6, 1000))
    monkeypatch.setattr(module, "monotonic", lambda: next(clock))


def test_login_of_a_user_takes_turns_with_the_race_that_is_repeated(
    serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The race is repeated within `deleting`, for which every `walking` has to end."""
    harbour = serve(declare())
    load, may_race = harbour.load, list[bool]()
    original = load.session.client

    def client(*arguments: Any) -> Client:
        may_race.append(load.shared.sessions.may_delete)
        return original(*arguments)

    monkeypatch.setattr(load.session, "client", client)
    harbour.repeat_alone("reads")

    assert may_race == [False, True], "the user logs in; the other client has no credentials"


def test_token_is_tried_with_the_declared_method(serve: Serve) -> None:
    harbour = serve(declare({"probe": "POST /berths"}))
    methods: list[str] = []

    def respond(environ: Environ) -> Answer | None:
        methods.append(f"{environ['REQUEST_METHOD']} {environ['PATH_INFO']}")
        return None

    harbour.intercept(respond)
    harbour.repeat_alone("refreshes")

    assert methods[-1] == "POST /berths"


def test_response_of_a_cache_is_not_judged(serve: Serve) -> None:
    """The cache obeys `no-cache`."""
    harbour = serve(declare())
    harbour.repeat_alone("pages")
    empty = json.dumps({"items": []})
    headers = [("Content-Type", "application/json"), ("Age", "7")]

    def respond(environ: Environ) -> Answer | None:
        is_cached = environ["REQUEST_METHOD"] == "GET" and "HTTP_CACHE_CONTROL" not in environ
        return ("200 OK", empty, headers) if is_cached else None

    harbour.intercept(respond)

    assert harbour.repeat() == {"PAGE-INSERT": True}


def test_page_of_a_gateway_is_an_error_and_breaks_nothing(serve: Serve) -> None:
    harbour = serve(declare())
    harbour.repeat_alone("pages")
    headers = [("Content-Type", "text/html"), ("Via", "1.1 edge")]
    harbour.intercept(
        lambda environ: ("403 Forbidden", "<html>", headers) if environ["REQUEST_METHOD"] == "GET" else None
    )

    assert harbour.repeat() == {}
    assert [each.reason for each in errors_of(harbour.load)] == ["403 of a gateway"]
    assert not any(tally.broken for tally in harbour.load.tally.claims.values())


def test_500_as_an_html_page_behind_a_proxy_breaks_its_claim(serve: Serve) -> None:
    """Many frameworks return such a page for an error of the API."""
    harbour = serve(declare())
    harbour.repeat_alone("reads")
    headers = [("Content-Type", "text/html"), ("Server", "nginx")]
    harbour.intercept(lambda _: ("500 Error", "<html>", headers))

    harbour.repeat()

    assert [each.reason for each in errors_of(harbour.load)] == ["500, which no claim forbids"]
