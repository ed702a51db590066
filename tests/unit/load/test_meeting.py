"""Requests that wait for each other before they are sent."""

from __future__ import annotations

from threading import Thread
from typing import Any

import pytest
import requests

from tuningfork.client.network import NetworkAdapter
from tuningfork.client.route import Route
from tuningfork.load.meeting_adapter import MeetingAdapter


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Return the list of the requests that were sent."""
    sent: list[Any] = []
    monkeypatch.setattr(NetworkAdapter, "send", lambda _, request: sent.append(request))
    return sent


def start(adapter: MeetingAdapter, request: requests.PreparedRequest) -> Thread:
    thread = Thread(target=adapter.send, args=(request,))
    thread.start()
    return thread


def test_request_waits_for_the_others_of_its_meeting(sent: list[Any]) -> None:
    adapter = MeetingAdapter(Route(5))
    first, second, third = (requests.PreparedRequest() for _ in range(3))

    with adapter.meeting(2) as meeting:
        thread = start(adapter, first)
        while thread.is_alive() and not meeting.waiting:
            pass
        assert sent == []
        adapter.send(second)
        thread.join()
        adapter.send(third)  # of no meeting any more

    assert sent[2:] == [third]
    assert first in sent
    assert second in sent


def test_request_does_not_wait_for_one_that_will_not_come(sent: list[Any]) -> None:
    adapter, request = MeetingAdapter(Route(5)), requests.PreparedRequest()

    with adapter.meeting(2) as meeting:
        thread = start(adapter, request)
        while thread.is_alive() and not meeting.waiting:
            pass
        with meeting.sender():
            pass
        thread.join()

    assert sent == [request]
