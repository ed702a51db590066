from __future__ import annotations

import stat
import threading
from pathlib import Path

import pytest

from tuningfork.client.tokens import Tokens, TokenStore


class Server:
    """Counts what it is asked for."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def new(self) -> Tokens:
        self.asked.append("new")
        return {"access_token": f"t{len(self.asked)}", "expires_in": 3600}

    def renew(self, old: Tokens) -> Tokens:
        self.asked.append(f"renew {old['access_token']}")
        return {"access_token": f"t{len(self.asked)}", "expires_in": 3600}


@pytest.fixture(params=["memory", "disk"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> TokenStore:
    return TokenStore(tmp_path / "tokens.json" if request.param == "disk" else None)


def test_tokens_are_obtained_once(store: TokenStore) -> None:
    server = Server()

    tokens = [store.fetch("app", server.new, server.renew)["access_token"] for _ in range(3)]

    assert tokens == ["t1", "t1", "t1"]


def test_aged_tokens_are_renewed(store: TokenStore) -> None:
    server = Server()
    store.fetch("app", server.new, server.renew)
    store.expire_all()

    assert store.fetch("app", server.new, server.renew)["access_token"] == "t2"
    assert server.asked == ["new", "renew t1"]


@pytest.mark.parametrize("forget", [TokenStore.clear, lambda store: store.discard("app")])
def test_forgotten_tokens_are_obtained_anew(store: TokenStore, forget: object) -> None:
    server = Server()
    store.fetch("app", server.new, server.renew)
    forget(store)  # type: ignore[operator]  # a method of the store

    store.fetch("app", server.new, server.renew)

    assert server.asked == ["new", "new"]


def test_another_process_uses_the_same_ones(tmp_path: Path) -> None:
    server = Server()
    TokenStore(tmp_path / "tokens.json").fetch("app", server.new, server.renew)

    TokenStore(tmp_path / "tokens.json").fetch("app", server.new, server.renew)

    assert server.asked == ["new"]


@pytest.mark.parametrize("text", ["", "{", "[]", "3", "null"])
def test_a_torn_file_is_begun_anew(tmp_path: Path, text: str) -> None:
    (tmp_path / "tokens.json").write_text(text)
    server = Server()

    TokenStore(tmp_path / "tokens.json").fetch("app", server.new, server.renew)

    assert server.asked == ["new"]


def test_two_workers_ask_once(tmp_path: Path) -> None:
    server = Server()

    def slow() -> Tokens:
        second.start()
        return server.new()

    stores = [TokenStore(tmp_path / "tokens.json") for _ in range(2)]
    second = threading.Thread(target=lambda: stores[1].fetch("app", server.new, server.renew))
    stores[0].fetch("app", slow, server.renew)
    second.join()

    assert server.asked == ["new"]


def test_what_can_not_be_obtained_leaves_the_others(store: TokenStore) -> None:
    server = Server()
    store.fetch("app", server.new, server.renew)

    with pytest.raises(ZeroDivisionError):
        store.fetch("first", lambda: {"x": 1 / 0}, server.renew)

    assert store.fetch("app", server.new, server.renew)["access_token"] == "t1"


def test_the_file_is_its_owners_alone(tmp_path: Path) -> None:
    server = Server()
    TokenStore(tmp_path / "tokens.json").fetch("app", server.new, server.renew)

    assert stat.S_IMODE((tmp_path / "tokens.json").stat().st_mode) == 0o600
