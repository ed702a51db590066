from __future__ import annotations

import stat
import threading
import time
from pathlib import Path

import pytest

from tuningfork.client.tokens import Tokens, TokenStore


class Server:
    """Stores the requests that it receives."""

    def __init__(self) -> None:
        self.requests: list[str] = []

    def new(self) -> Tokens:
        self.requests.append("new")
        return {"access_token": f"t{len(self.requests)}", "expires_in": 3600}

    def renew(self, old: Tokens) -> Tokens:
        self.requests.append(f"renew {old['access_token']}")
        return {"access_token": f"t{len(self.requests)}", "expires_in": 3600}


@pytest.fixture(params=["memory", "disk"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> TokenStore:
    return TokenStore(tmp_path / "tokens.json" if request.param == "disk" else None)


def test_tokens_are_fetched_once(store: TokenStore) -> None:
    server = Server()

    tokens = [store.fetch("app", server.new, server.renew)["access_token"] for _ in range(3)]

    assert tokens == ["t1", "t1", "t1"]


def test_expired_tokens_are_renewed(store: TokenStore) -> None:
    server = Server()
    store.fetch("app", server.new, server.renew)
    store.expire_all()

    assert store.fetch("app", server.new, server.renew)["access_token"] == "t2"
    assert server.requests == ["new", "renew t1"]


@pytest.mark.parametrize(("age", "is_renewed"), [(50, False), (70, True)])
def test_short_life_of_a_token_is_used_by_half(
    store: TokenStore, monkeypatch: pytest.MonkeyPatch, age: float, is_renewed: bool
) -> None:
    server = Server()
    short = {"access_token": "short", "expires_in": 120}
    store.fetch("app", lambda: short, server.renew)
    now = time.time()
    monkeypatch.setattr("tuningfork.client.tokens.time.time", lambda: now + age)

    assert (store.fetch("app", server.new, server.renew)["access_token"] != "short") is is_renewed


@pytest.mark.parametrize("delete", [TokenStore.clear, lambda store: store.discard("app")])
def test_deleted_tokens_are_fetched_again(store: TokenStore, delete: object) -> None:
    server = Server()
    store.fetch("app", server.new, server.renew)
    delete(store)  # type: ignore[operator]  # a method of the store

    store.fetch("app", server.new, server.renew)

    assert server.requests == ["new", "new"]


def test_other_process_reads_stored_tokens(tmp_path: Path) -> None:
    server = Server()
    TokenStore(tmp_path / "tokens.json").fetch("app", server.new, server.renew)

    TokenStore(tmp_path / "tokens.json").fetch("app", server.new, server.renew)

    assert server.requests == ["new"]


@pytest.mark.parametrize("text", ["", "{", "[]", "3", "null"])
def test_incomplete_file_is_replaced(tmp_path: Path, text: str) -> None:
    (tmp_path / "tokens.json").write_text(text)
    server = Server()

    TokenStore(tmp_path / "tokens.json").fetch("app", server.new, server.renew)

    assert server.requests == ["new"]


def test_concurrent_workers_fetch_once(tmp_path: Path) -> None:
    server = Server()

    def slow() -> Tokens:
        second.start()
        return server.new()

    stores = [TokenStore(tmp_path / "tokens.json") for _ in range(2)]
    second = threading.Thread(target=lambda: stores[1].fetch("app", server.new, server.renew))
    stores[0].fetch("app", slow, server.renew)
    second.join()

    assert server.requests == ["new"]


def test_failed_fetch_keeps_other_tokens(store: TokenStore) -> None:
    server = Server()
    store.fetch("app", server.new, server.renew)

    with pytest.raises(ZeroDivisionError):
        store.fetch("first", lambda: {"x": 1 / 0}, server.renew)

    assert store.fetch("app", server.new, server.renew)["access_token"] == "t1"


def test_file_is_readable_by_owner_only(tmp_path: Path) -> None:
    server = Server()
    TokenStore(tmp_path / "tokens.json").fetch("app", server.new, server.renew)

    assert stat.S_IMODE((tmp_path / "tokens.json").stat().st_mode) == 0o600
