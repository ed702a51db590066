"""A server can neither make the search for secrets take long or much memory, nor hide the user's secrets."""

from __future__ import annotations

import base64
import tracemalloc
from hashlib import sha256

import pytest

from tuningfork.model import Exchange, Headers, Request, Response
from tuningfork.redaction import KnownSecrets, SecretLocations, collect_secrets
from tuningfork.redaction.form_index import MAX_ALIKE, FormIndex
from tuningfork.redaction.known_secrets import MAX_ISSUED_CHARS, MAX_ISSUED_SECRETS
from tuningfork.redaction.written_forms import MAX_PIECE_CHARS, MAX_SECRET_CHARS, Form

LONG = "".join(sha256(bytes([number])).hexdigest() for number in range(50))
USER = "user-s3cret-1"


def shown(secrets: KnownSecrets, text: str, may_be_truncated: bool = False) -> str:
    return secrets.replace(text, lambda name, _: f"${name}", may_be_truncated, False)


def knowing(*secrets: str) -> KnownSecrets:
    known = KnownSecrets()
    for secret in secrets:
        known.add("T", secret)
    return known


@pytest.mark.parametrize("repetitions", [1, 100])
def test_secrets_of_user_are_never_forgotten(repetitions: int) -> None:
    known = KnownSecrets()
    known.keep("USER", USER)
    issued = [f"{number:08}" * repetitions for number in range(MAX_ISSUED_SECRETS + 1)]
    for secret in (USER, *issued):
        known.add("T", secret)

    assert shown(known, f"{issued[0]} {USER} {issued[-1]}") == f"{issued[0]} $USER $T"


def test_secrets_of_server_have_a_limit_of_length() -> None:
    first, *others = (f"{number:03}{LONG}" for number in range(MAX_ISSUED_CHARS // len(LONG) + 1))
    known = knowing(first)
    assert shown(known, first[:200]) == first[:200]
    assert shown(known, first) == "$T"

    for secret in others:
        known.add("T", secret)

    assert shown(known, first).startswith("000")  # the oldest is forgotten
    assert shown(known, others[-1]) == "$T"


@pytest.mark.parametrize(
    "text",
    [
        LONG,
        "".join(f"%{byte:02x}" for byte in LONG.encode()),
        LONG.encode().hex(),
        LONG.encode().hex(":").upper(),
        base64.b64encode(b"user:" + LONG.encode()).decode(),
        LONG[: MAX_PIECE_CHARS + 2] + "...",
        "..." + LONG[-MAX_PIECE_CHARS - 2 :],
    ],
)
def test_long_secret_is_replaced_as_a_whole(text: str) -> None:
    assert shown(knowing(LONG), text, may_be_truncated=True).strip(".=") == "$T"


def test_piece_of_long_secret_is_replaced() -> None:
    start = len(LONG) // 2
    text = LONG[start : start + 2 * MAX_PIECE_CHARS]

    assert "$T" in shown(knowing(LONG), text)


def test_secret_that_is_longer_than_the_limit_is_replaced_as_a_word() -> None:
    word = "".join(f"{number:07}-" for number in range(MAX_SECRET_CHARS // 4))

    assert shown(knowing(word), f"a {word} b") == "a $T b"


def test_few_of_the_forms_that_begin_alike_are_compared() -> None:
    index = FormIndex()
    index.add(Form("USER", USER, "A" * 20), is_kept=True)
    for number in range(1000):
        index.add(Form("T", "secret", "A" * 50 + f"{number:05}"), is_kept=False)

    for view in ("A" * 100, "A" * 50 + "00500 and more", "A" * 8):
        compared = index.candidates(view, 0)
        assert len(compared) <= 1 + 2 * MAX_ALIKE
        assert compared[0].name == "USER"
    assert any(form.text.endswith("00500") for form in index.candidates("A" * 50 + "00500 and more", 0))


def test_secret_is_found_among_many_that_begin_alike() -> None:
    tokens = [f"eyJhbGciOiJIUzI1NiJ9{number:04}" for number in range(500)]
    known = knowing(*tokens)

    assert {shown(known, f"a {token} b") for token in tokens} == {"a $T b"}
    assert shown(known, f"a {tokens[77][:-2]}... b", may_be_truncated=True) == "a $T... b"
    assert shown(known, f"a ...{tokens[77][4:]} b", may_be_truncated=True) == "a ...$T b"


@pytest.mark.parametrize(
    ("secret", "text"),
    [
        ("A" * 200_000, "A" * 200_000),  # with each start compared to its end, these take n * n steps
        ("A" * 10**6 + "B", ("A" * 1000 + " ") * 300),
        ("s3cr3t-Value", f"{base64.b64encode(b's3cr3t-Value').decode()} " * 10**5),
    ],
)
def test_search_ends_in_text_that_repeats_itself(secret: str, text: str) -> None:
    assert "$T" in shown(knowing(secret), text, may_be_truncated=True)


@pytest.mark.parametrize(
    "start",
    ['{"token": "', "{'token': '", "?q=%3Ftoken%3D", r"{\"token\":\"", "<token>", "?token=", "token: "],
)
def test_collection_of_long_secret_needs_little_memory(start: str) -> None:
    body = start.encode() + b"a1" * 100_000
    exchange = Exchange(Request("GET", "http://a/"), Response(200, "", Headers(), body))
    tracemalloc.start()
    try:
        collect_secrets(exchange, SecretLocations(), KnownSecrets())
        assert tracemalloc.get_traced_memory()[1] < 20 * len(body)
    finally:
        tracemalloc.stop()
