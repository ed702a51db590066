"""Random changes of real declarations: each is read, or refused in one sentence."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tuningfork.contract.errors import ContractError
from tuningfork.contract.openapi import Contract

EXAMPLES = sorted((Path(__file__).parents[2] / "conventions" / "examples").glob("*.yaml"))
SNIPPETS = [*"[]{}*\t\n'#é~-", ": ", ", ", "&a ", "<<", "!x ", "null", "404"]
VALUES = [
    *(None, True, 0, -1, 404, 10**30, 1.5, "", "x", "404", "4XX", "/a/b", "GET /x", "GET /x/{id}", "given:a"),
    *("^[a", "tag:", [], {}, [None], [[]], {"a": 1}, {"header": "X"}, {"header": None}, {"const": []}),
    *({"status": 404}, {"status": []}),
]


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_example_is_read(path: Path, tmp_path: Path) -> None:
    assert not load(tmp_path, path.read_text()).declaration.is_empty


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(path=st.sampled_from(EXAMPLES), seed=st.integers(0, 2**32))
def test_changed_text_is_read_or_refused(path: Path, seed: int, tmp_path: Path) -> None:
    choose = random.Random(seed)
    text = path.read_text()
    start = choose.randrange(len(text))
    removed = choose.choice([0, 0, 1, 1, 2, 10])

    expect_no_traceback(tmp_path, text[:start] + choose.choice(SNIPPETS) + text[start + removed :])


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(path=st.sampled_from(EXAMPLES), seed=st.integers(0, 2**32))
def test_changed_value_is_read_or_refused(path: Path, seed: int, tmp_path: Path) -> None:
    choose = random.Random(seed)
    value = yaml.safe_load(path.read_text())
    owner, key = choose.choice(list(positions(value)))
    owner[key] = choose.choice(VALUES)

    expect_no_traceback(tmp_path, yaml.safe_dump(value))


def positions(value: Any) -> Any:
    """Yield each container in a value with each of its keys."""
    if isinstance(value, dict | list):
        for key in list(value) if isinstance(value, dict) else range(len(value)):
            yield value, key
            yield from positions(value[key])


def load(folder: Path, text: str) -> Contract:
    """Return the contract of an API that has only this conventions.yaml."""
    (folder / "conventions.yaml").write_text(text)
    return Contract.load(folder)


def expect_no_traceback(folder: Path, text: str) -> None:
    """Raise unless a file is read, or refused by a sentence with its name."""
    message = ""
    try:
        load(folder, text)
    except ContractError as error:
        message = str(error)
    assert not message or message.startswith(str(folder))
    assert "\n" not in message
