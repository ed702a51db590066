"""Blocks of commands from steps that are written by hand."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

import pytest

from tuningfork.client.exchange_log import Step
from tuningfork.model import Exchange, Headers, Request, Response
from tuningfork.redaction import Disclosure
from tuningfork.report.reproduction import Scene, reproduction
from tuningfork.report.shell_loops import fold
from tuningfork.report.shell_steps import AFTER, BREAKING, LOG_IN, TEST

HEADINGS = (LOG_IN, TEST, BREAKING, AFTER)
STATUS = " -w '%{http_code}\\n'"
BASE = "https://api.example.test"
TOKEN = "token-4711-of-a-login"
PASSWORD = "open sesame & more"
FORM = "application/x-www-form-urlencoded"
SETTINGS = {"app-secret-1": "CLIENT_SECRET", PASSWORD: "FIRST_PASSWORD"}


def step(
    method: str,
    path: str,
    answer: Any = None,
    *,
    token: str = "",
    headers: Iterable[tuple[str, str]] = (),
    body: bytes = b"",
    status: int = 200,
    response_headers: Iterable[tuple[str, str]] = (),
    ended: float = 0.0,
    is_hook: bool = False,
) -> Step:
    """Return a step; `answer` is the JSON of its response, or a page."""
    sent = [*([("Authorization", f"OAuth {token}")] if token else []), ("Accept", "*/*"), *headers]
    media_type = "text/html" if isinstance(answer, str) else "application/json"
    content = answer.encode() if isinstance(answer, str) else json.dumps(answer).encode()
    response = Response(
        status,
        "",
        Headers([("Content-Type", media_type), *response_headers]),
        b"" if answer is None else content,
    )
    return Step(Exchange(Request(method, BASE + path, Headers(sent), body), response), ended, is_hook)


def form(text: str) -> dict[str, Any]:
    return {"headers": [("Content-Type", FORM)], "body": text.encode()}


def block(
    own: list[Step],
    logins: Iterable[Step] = (),
    shown: Iterable[int] = (-1,),
    intro: Iterable[str] = ("# .",),
) -> str:
    """Return the block without headings for the steps of a test; `shown` has the breaking one first."""
    lines = whole_block(own, logins, shown, intro).removeprefix("# .\n").split("\n")
    return "\n".join(line.replace(STATUS, "") for line in lines if line not in HEADINGS)


def whole_block(
    own: list[Step],
    logins: Iterable[Step] = (),
    shown: Iterable[int] = (-1,),
    intro: Iterable[str] = ("# .",),
) -> str:
    """Return the block for the steps of a test; `shown` has the breaking one first."""
    ordered = [
        Step(each.exchange, each.ended or float(number), each.is_hook)
        for number, each in enumerate([*logins, *own])
    ]
    own_steps = ordered[-len(own) :]
    urls = {f"{BASE}/hooks": "CONTROLS_URL", BASE: "BASE_URL"}
    sources = {"CLIENT_SECRET": "client_secret of [targets.staging.soundcloud]"} if not intro else {}
    scene = Scene(ordered, own_steps, Disclosure(), SETTINGS, urls, list(intro), sources)
    breaking, *compared = [own_steps[each].exchange for each in shown]
    return reproduction(scene, breaking, compared)


def commands(text: str) -> list[str]:
    """Return the lines of a block without the definitions of its functions."""
    return [line for line in text.splitlines() if not line.startswith(("json()", "field()", "grep -o"))]


LOGIN = step(
    "POST",
    "/oauth2/token",
    {"access_token": TOKEN, "refresh_token": "refresh-me-0815"},
    **form("grant_type=client_credentials&client_secret=app-secret-1"),
)


def test_single_request_without_login_is_one_line() -> None:
    assert block([step("GET", "/tracks/17", {"id": 17})]) == 'curl -i "$BASE_URL/tracks/17"'


def test_login_sets_the_token_of_the_request() -> None:
    text = block([step("GET", "/me", {}, token=TOKEN)], [LOGIN])

    assert commands(text) == [
        'ACCESS_TOKEN=$(curl -sSi "$BASE_URL/oauth2/token"'
        ' --data-raw "grant_type=client_credentials&client_secret=$CLIENT_SECRET" | json access_token)',
        'curl -i "$BASE_URL/me" -H "Authorization: OAuth $ACCESS_TOKEN"',
    ]
    assert text.startswith("json() { python3 -c")


def test_headings_precede_login_test_and_violation_and_silent_requests_print_their_status() -> None:
    refused = step("PUT", "/tracks/17", {}, token=TOKEN, status=200)

    own = [refused, step("GET", "/tracks/17", {}), step("GET", "/tracks", [])]
    lines = whole_block(own, [LOGIN], shown=(1, 2)).splitlines()

    assert [line for line in lines if line.startswith("# ")] == ["# .", LOG_IN, TEST, BREAKING, AFTER]
    assert f'curl -sS -o /dev/null{STATUS} -X PUT "$BASE_URL/tracks/17"' in lines[lines.index(TEST) + 1]
    assert lines[lines.index(BREAKING) + 1] == 'curl -i "$BASE_URL/tracks/17"'


def test_login_that_the_request_does_not_use_is_left_out() -> None:
    assert block([step("GET", "/tracks", [])], [LOGIN]) == 'curl -i "$BASE_URL/tracks"'


def test_id_of_a_created_resource_is_carried_and_an_existing_id_is_literal() -> None:
    created = step("POST", "/playlists", {"id": 9001, "user": {"id": 4}}, body=b"{}")
    liked = step("POST", "/likes/tracks/17", {"id": 17})
    text = block([step("GET", "/tracks", [{"id": 17}]), created, liked, step("GET", "/playlists/9001")])

    assert commands(text) == [
        "PLAYLIST_ID=$(curl -sSi \"$BASE_URL/playlists\" -H Content-Type: --data-raw '{}' | json id)",
        'curl -sS -o /dev/null -X POST "$BASE_URL/likes/tracks/17"',
        'curl -i "$BASE_URL/playlists/$PLAYLIST_ID"',
    ]


def test_equal_ids_of_two_resources_are_told_apart_by_the_path() -> None:
    track = step("POST", "/tracks", {"id": 9001})
    playlist = step("POST", "/playlists", {"id": 9001})

    text = block([track, playlist, step("DELETE", "/playlists/9001")])

    assert commands(text)[-2:] == [
        'PLAYLIST_ID=$(curl -sSi -X POST "$BASE_URL/playlists" | json id)',
        'curl -i -X DELETE "$BASE_URL/playlists/$PLAYLIST_ID"',
    ]


def test_consent_page_gives_cookie_ticket_and_code() -> None:
    page = '<form><input value="ticket-&amp;-1" type="hidden" name="ticket"></form>'
    location = "https://app.example.test/callback?code=code-12345678&state=x"
    opened = step("GET", "/connect", page, response_headers=[("Set-Cookie", "browser=cookie-1; Path=/")])
    approved = step(
        "POST",
        "/consent",
        headers=[("Cookie", "browser=cookie-1"), ("Content-Type", FORM)],
        body=b"ticket=ticket-%26-1&password=open+sesame+%26+more",
        status=302,
        response_headers=[("Location", location)],
    )
    granted = step("POST", "/token", {"access_token": TOKEN}, **form("code=code-12345678"))

    text = block([step("GET", "/me", {}, token=TOKEN)], [opened, approved, granted])

    assert commands(text) == [
        'RESPONSE=$(curl -sSi "$BASE_URL/connect")',
        "BROWSER=$(printf '%s\\n' \"$RESPONSE\" | sed -n 's/^set-cookie: *browser=\\([^;\\r]*\\).*/\\1/Ip')",
        "TICKET=$(printf '%s\\n' \"$RESPONSE\" | field ticket)",
        'CODE=$(curl -sSi "$BASE_URL/consent" -H "Cookie: browser=$BROWSER" --data-urlencode "ticket=$TICKET"'
        " --data-urlencode \"password=$FIRST_PASSWORD\" | sed -n 's/^location: *\\([^\\r]*\\).*/\\1/Ip'"
        " | sed -n 's/.*[?&#]code=\\([^&#]*\\).*/\\1/p')",
        'ACCESS_TOKEN=$(curl -sSi "$BASE_URL/token" --data-raw "code=$CODE" | json access_token)',
        'curl -i "$BASE_URL/me" -H "Authorization: OAuth $ACCESS_TOKEN"',
    ]


def test_item_that_could_not_be_read_is_shown_before_the_list_that_has_it() -> None:
    refused = step("GET", "/tracks/17", {}, status=404)

    assert block([step("GET", "/tracks/16", {}), refused, step("GET", "/tracks", [])]).splitlines() == [
        'curl -i "$BASE_URL/tracks/17"',
        'curl -i "$BASE_URL/tracks"',
    ]


def test_second_code_of_a_user_comes_after_the_first_one() -> None:
    def login(code: str) -> list[Step]:
        location = [("Location", f"https://app.example.test/callback?code={code}")]
        consent = step("POST", "/consent", status=302, response_headers=location, **form("username=ada"))
        return [consent, step("POST", "/token", {}, **form(f"grant_type=authorization_code&code={code}"))]

    lines = block(login("code-of-the-test"), login("code-of-the-run")).splitlines()

    assert [line.partition("=$(")[0].partition(" ")[0] for line in lines] == [
        "CODE",
        "curl",
        "CODE_2",
        "curl",
    ]
    assert lines[-1].endswith('"grant_type=authorization_code&code=$CODE_2"')


def test_second_use_stays_two_requests_and_more_become_a_loop() -> None:
    use = form("grant_type=refresh_token&refresh_token=refresh-me-0815")
    uses = [step("POST", "/oauth2/token", {}, **use) for _ in range(4)]

    lines = commands(block(uses, [LOGIN]))

    request = '"$BASE_URL/oauth2/token" --data-raw "grant_type=refresh_token&refresh_token='
    assert lines[1:] == [
        f'for _ in $(seq 3); do curl -sS -o /dev/null {request}$REFRESH_TOKEN"; done',
        f'curl -i {request}$REFRESH_TOKEN"',
    ]


def test_test_hook_is_part_of_the_block() -> None:
    hook = step("POST", "/_controls/clock", body=b'{"advance": 60}', is_hook=True)

    lines = block([hook, step("GET", "/me", {})]).splitlines()

    assert lines[0] == (
        'curl -sS -o /dev/null "$BASE_URL/_controls/clock" -H Content-Type: --data-raw \'{"advance": 60}\''
    )


def test_repeated_read_is_sent_again() -> None:
    reads = [step("GET", "/plays", {}, status=200), step("GET", "/plays", {}, status=429)]

    assert block(reads).splitlines() == [
        'curl -sS -o /dev/null "$BASE_URL/plays"',
        'curl -i "$BASE_URL/plays"',
    ]


def test_requests_at_the_same_time_are_sent_at_the_same_time() -> None:
    exchange = step("POST", "/likes", {}).exchange
    slow = Exchange(exchange.request, exchange.response, seconds=5.0)

    lines = block([Step(slow, 10.0 + number) for number in range(3)]).splitlines()

    assert lines == [
        'for _ in $(seq 2); do curl -sS -o /dev/null -X POST "$BASE_URL/likes" & done',
        'curl -i -X POST "$BASE_URL/likes" &',
        "wait",
    ]


def test_compared_responses_are_shown_too() -> None:
    pages = [step("GET", f"/tracks?page={number}", []) for number in (1, 2, 3)]

    assert block(pages, shown=(2, 0)).splitlines() == [
        'curl -i "$BASE_URL/tracks?page=1"',
        'curl -i "$BASE_URL/tracks?page=3"',
    ]


@pytest.mark.parametrize(
    ("sent", "written"),
    [
        (TOKEN + "x", "OAuth ${ACCESS_TOKEN}x"),
        ("x" + TOKEN, "OAuth x$ACCESS_TOKEN"),
        (TOKEN[:-1], "OAuth ${ACCESS_TOKEN:0:20}"),
        (TOKEN.upper(), "OAuth ${ACCESS_TOKEN^^}"),
        (TOKEN[:-1] + "~", "OAuth ${ACCESS_TOKEN:0:20}~"),
        ("never-issued", "OAuth never-issued"),
    ],
)
def test_invalid_tokens_are_derived_from_the_valid_one_or_literal(sent: str, written: str) -> None:
    text = block([step("GET", "/me", {}, token=sent)], [LOGIN])

    assert f"Authorization: {written}" in text
    assert TOKEN not in text


def test_tokens_of_an_earlier_test_come_from_the_first_grant_of_their_chain() -> None:
    refreshed = step(
        "POST",
        "/oauth2/token",
        {"access_token": "second-token", "refresh_token": "second-refresh"},
        **form("grant_type=refresh_token&refresh_token=refresh-me-0815"),
    )
    own = step("POST", "/oauth2/token", {}, **form("grant_type=refresh_token&refresh_token=second-refresh"))

    lines = commands(block([own], [LOGIN, refreshed]))

    assert len(lines) == 2
    assert lines[0].startswith("REFRESH_TOKEN=")
    assert lines[1].endswith('&refresh_token=$REFRESH_TOKEN"')


def test_secret_that_no_step_explains_is_a_variable() -> None:
    own = [step("GET", "/a", {"note": "hidden-secret-77"}), step("GET", "/b?access_token=hidden-secret-77")]

    assert block(own).splitlines() == [
        "# ACCESS_TOKEN: set it; no exchange of this test has issued it",
        'curl -i "$BASE_URL/b?access_token=$ACCESS_TOKEN"',
    ]


def test_hostile_text_is_quoted() -> None:
    marks = "\ue000HOME\ue001"
    created = step("POST", "/tracks", {"a'$(id)": {"id": "12'; id #"}}, body=f"{{$(id) {marks}}}".encode())

    text = block([created, step("GET", "/tracks/12%27%3B%20id%20%23")])

    assert "'{$(id) \\U0000fffdHOME" in text or "$(id) \ufffdHOME\ufffd}'" in text
    assert "json 'a'\"'\"'$(id)' id" in text
    assert "$HOME" not in text


def test_value_that_needs_encoding_is_encoded_for_a_url() -> None:
    created = step("POST", "/files", {"id": "a b/c"})

    lines = block([created, step("GET", "/files/a%20b%2Fc")]).splitlines()

    assert 'FILE_ID_ENCODED=$(encode "$FILE_ID")' in lines
    assert lines[-1] == 'curl -i "$BASE_URL/files/$FILE_ID_ENCODED"'


def test_time_that_is_close_to_the_time_of_the_server_is_relative_to_it() -> None:
    date = [("Date", "Sun, 29 Nov 2026 12:54:30 GMT")]
    created = step("POST", "/tracks", {}, response_headers=date)
    url = "/tracks?from=2026-11-29+12%3A54%3A29&to=2021-01-01+00%3A00%3A00"

    lines = block([created, step("GET", url, [])]).splitlines()

    assert lines[-3:] == [
        "TIME=$(curl -sSi -X POST \"$BASE_URL/tracks\" | shifted -1 '%Y-%m-%d %H:%M:%S')",
        'TIME_ENCODED=$(encode "$TIME")',
        'curl -i "$BASE_URL/tracks?from=$TIME_ENCODED&to=2021-01-01+00%3A00%3A00"',
    ]


def test_value_of_the_test_that_a_response_repeats_is_literal() -> None:
    body = b'--X\r\nContent-Disposition: form-data; name="title"\r\n\r\nword8954\r\n--X\r\n\0'
    created = step(
        "POST",
        "/tracks",
        {"permalink": "word8954"},
        headers=[("Content-Type", "multipart/x; boundary=X")],
        body=body,
    )

    assert block([created, step("GET", "/tracks?q=word8954")]).endswith(
        'curl -i "$BASE_URL/tracks?q=word8954"'
    )


def test_pages_of_a_list_that_the_test_has_changed_are_followed_and_shown() -> None:
    first = step("GET", "/tracks?limit=2", {"next_href": f"{BASE}/tracks?cursor=b"})
    last = step("GET", "/tracks?cursor=b", {})

    assert commands(block([first, step("POST", "/tracks", {}), last])) == [
        'RESPONSE=$(curl -sSi "$BASE_URL/tracks?limit=2")',
        "printf '%s\\n' \"$RESPONSE\"",
        "NEXT_HREF=$(printf '%s\\n' \"$RESPONSE\" | json next_href)",
        'curl -sS -o /dev/null -X POST "$BASE_URL/tracks"',
        'curl -i "$NEXT_HREF"',
    ]
    assert block([first, last]) == 'curl -i "$BASE_URL/tracks?cursor=b"'


def test_many_writes_are_limited_to_those_of_the_same_resource() -> None:
    others = [step("POST", f"/others/{number}", {}) for number in range(20)]
    own = [step("PUT", "/tracks/1/likes", {}), *others, step("GET", "/tracks/1", {})]

    assert block(own).splitlines() == [
        'curl -sS -o /dev/null -X PUT "$BASE_URL/tracks/1/likes"',
        'curl -i "$BASE_URL/tracks/1"',
    ]


def test_refused_writes_to_other_resources_are_left_out() -> None:
    own = [step("POST", "/others", {}, status=401), step("GET", "/tracks", [])]

    assert block(own) == 'curl -i "$BASE_URL/tracks"'


def test_block_for_a_configured_target_sets_its_urls_and_names_the_keys_of_its_secrets() -> None:
    hook = step("POST", "/hooks/reset", is_hook=True)
    with_hook = block([hook, step("GET", "/me", {}, token=TOKEN)], [LOGIN], intro=())

    assert commands(with_hook)[:3] == [
        f"CONTROLS_URL={BASE}/hooks",
        f"BASE_URL={BASE}",
        "# CLIENT_SECRET: client_secret of [targets.staging.soundcloud]",
    ]
    assert block([step("GET", "/a")], intro=()) == f'BASE_URL={BASE}\ncurl -i "$BASE_URL/a"'


def test_random_text_that_no_response_has_is_a_variable() -> None:
    text = block([step("GET", "/me", token="Zk4tP0q9Ls7yWx2v")])

    assert text.endswith('\ncurl -i "$BASE_URL/me" -H "Authorization: OAuth $ACCESS_TOKEN"')


def test_repetitions_become_nested_loops() -> None:
    lines = ["first", *(["a", "a", "a", "a", "a", "b"] * 3), "last &", "last &"]

    assert fold(lines) == [
        "first",
        "for _ in $(seq 3); do for _ in $(seq 5); do a; done; b; done",
        "for _ in $(seq 2); do last & done",
    ]
