"""Marks in texts: found in what a run sent and a server stored, and in nothing that looks like it."""

from __future__ import annotations

import dataclasses

import pytest
from pydantic import SecretStr

from tuningfork.client.config import Users
from tuningfork.client.marks import Mark, Marks, has_mark, in_letters, mark_key
from tuningfork.registry.default_settings import DefaultSettings

MARKS = Marks(b"key", "a3f")
NOON = 1_795_953_600.0  # 2026-11-29 12:00 UTC
TEXT = MARKS.text("one", "", "seed", NOON)
LONG = MARKS.text("one", " and " + "x" * 300, "seed", NOON)
SETTINGS = DefaultSettings(base_url="https://api.example.com", client_secret=SecretStr("secret"))


def test_mark_shows_its_time_and_its_run() -> None:
    assert TEXT.startswith("one tf2611291200a3f")
    assert MARKS.find(TEXT) == Mark("a3f", NOON)


@pytest.mark.parametrize(
    "stored",
    [
        TEXT.upper(),
        f"  {TEXT} ",
        TEXT.replace(" ", ""),
        TEXT.replace(" ", "-"),
        TEXT.replace(" ", "\u00a0"),
        MARKS.text("one", " (two)", "seed", NOON),
        MARKS.text("'; DROP TABLE tracks; --", "", "seed", NOON),
        MARKS.text("caf\u00e9", " e\u0301", "seed", NOON).replace("\u00e9", "e\u0301"),
        LONG,
        LONG[:60],
        in_letters(TEXT),
        MARKS.extended(TEXT, "after ", " changed"),
        MARKS.text("nested tf2611291200a3f00000", "", "seed", NOON),
    ],
)
def test_mark_is_found_in_a_text_as_servers_store_it(stored: str) -> None:
    assert MARKS.find(stored) == Mark("a3f", NOON)


@pytest.mark.parametrize(
    "text",
    [
        f"Copy of {TEXT}",
        f"{TEXT} (copy)",
        f"{TEXT} 2",
        f"{TEXT}!",
        f"> {TEXT}",
        f"'{TEXT}'",
        f"Re: {TEXT}",
        f"{TEXT} {TEXT}",
        TEXT.replace("one", "two"),
        TEXT.replace("1200", "1201"),
        TEXT.replace("a3f", "a3e"),
        TEXT[:-1] + ("0" if TEXT[-1] != "0" else "1"),
        TEXT[:-1],
        "one tf2613991200a3f00000abcdef0",
        "one",
        "",
    ],
)
def test_look_alike_is_not_found(text: str) -> None:
    assert MARKS.find(text) is None


def test_mark_of_another_key_is_not_found() -> None:
    assert dataclasses.replace(MARKS, key=b"other").find(TEXT) is None
    assert has_mark(TEXT)


def test_texts_of_a_run_differ() -> None:
    assert len({MARKS.text("one", "", f"{number}", NOON) for number in range(200)}) == 200


@pytest.mark.parametrize(
    ("change", "is_same"),
    [
        ({"base_url": "https://api.example.com/"}, True),
        ({"users": Users.model_validate({"first": {"access_token": "another"}})}, True),
        ({"given": {"track": 1}}, True),
        ({"base_url": "https://other.example.com"}, False),
        ({"client_secret": SecretStr("other")}, False),
        ({"mark_secret": SecretStr("other")}, False),
    ],
)
def test_key_depends_on_the_api_and_the_secrets_of_its_app(change: dict[str, object], is_same: bool) -> None:
    changed = SETTINGS.model_copy(update=change)

    assert (mark_key(changed) == mark_key(SETTINGS)) is is_same


def test_key_with_a_mark_secret_does_not_depend_on_other_secrets() -> None:
    keys = {
        mark_key(SETTINGS.model_copy(update={"mark_secret": SecretStr("own"), "token": SecretStr(token)}))
        for token in ("of this job", "of the next job")
    }

    assert len(keys) == 1
