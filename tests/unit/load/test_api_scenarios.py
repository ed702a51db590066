"""What the scenarios of the built-in APIs say about races without a success."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from pydantic import SecretStr

from tuningfork.apis.audioboo import load as audioboo
from tuningfork.apis.soundcloud import load as soundcloud
from tuningfork.client.pagination import SinglePagePaginator
from tuningfork.client.response import Response
from tuningfork.model import Exchange, Request
from tuningfork.model import Response as RawResponse
from tuningfork.testing.load_scenario import SharedState


def response(status: int, **body: Any) -> Response:
    exchange = Exchange(
        Request("POST", "http://127.0.0.1/"), RawResponse(status, body=json.dumps(body).encode())
    )
    return Response(exchange, SinglePagePaginator(items_property="data"))


class Client:
    """Returns these responses, and then the last one again; `settle` passes after one more try."""

    def __init__(self, *responses: Response) -> None:
        self.responses = list(responses)
        self.session: Any = None

    def post(self, *_: object, **__: object) -> Response:
        return self.responses.pop(0) if len(self.responses) > 1 else self.responses[0]

    def get(self, *_: object, **__: object) -> Response:
        return self.post()

    def eventually(self, check: Callable[[], object]) -> object:
        with contextlib.suppress(AssertionError):
            return check()
        return check()


def user_of(client: Client, *, is_alone: bool = False) -> Any:
    """Return a user whose requests this client sends; `judged` has what was judged."""
    judged: list[str] = []

    @contextlib.contextmanager
    def judging(*claims: str) -> Iterator[None]:
        yield
        judged.extend(claims)

    secret = SecretStr("secret")
    return SimpleNamespace(
        client=client,
        unauthenticated=client,
        settings=SimpleNamespace(client_id="id", client_secret=secret, redirect_uri="http://127.0.0.1/"),
        unique_name=lambda word: f"{word} 1",
        at_once=lambda count, send, client=client: [send(client) for _ in range(count)],
        judging=judging,
        judged=judged,
        shared=SharedState(),
        is_alone=is_alone,
    )


def test_refreshes_of_which_none_succeeds_judge_nothing() -> None:
    """A second use of the token before may have ended the session."""
    user = user_of(Client(response(200, refresh_token="first"), response(400)))

    with pytest.raises(pytest.skip.Exception, match="no refresh succeeded: 400, 400"):
        soundcloud.race_refreshes(user)


@pytest.mark.parametrize("last", [201, 409])
def test_uploads_that_refuse_each_other_are_judged_once_one_succeeds(
    monkeypatch: pytest.MonkeyPatch, last: int
) -> None:
    body = {"body": {"audio_clip": {"id": 7}}}
    responses = iter([response(409), response(409), response(last, **body)])
    monkeypatch.setattr(audioboo, "upload", lambda *_: next(responses))
    monkeypatch.setattr(audioboo, "_dispose", lambda *_: None)
    user = user_of(Client())

    with contextlib.suppress(pytest.skip.Exception):
        audioboo.race_uploads(user)

    assert user.judged == (["AB-REQ-06"] if last == 201 else [])


def test_order_of_a_list_that_is_late_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    tracks = iter([{"id": 1}, {"id": 2}])
    monkeypatch.setattr(soundcloud, "create_track", lambda *_: next(tracks))
    monkeypatch.setattr(soundcloud, "_dispose", lambda *_: None)
    keys = iter([["1"], ["2", "1"]])
    monkeypatch.setattr(soundcloud, "_first_keys", lambda _: next(keys))

    assert soundcloud._has_newest_first(user_of(Client(), is_alone=True))


def test_order_that_is_not_found_is_not_stored() -> None:
    user = user_of(Client())

    for _ in range(2):
        with pytest.raises(pytest.skip.Exception, match="does not list the newest item first"):
            user.shared.get("has newest first", lambda: soundcloud._find_order(user))
