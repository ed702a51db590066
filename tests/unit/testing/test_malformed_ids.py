"""Malformed ids never name another resource, even on a server that reads a number in them."""

from __future__ import annotations

import pytest

from tuningfork.testing.unlike_ids import malformed_like

OWN_UUID = "1f0c41e9-9a1b-4c2d-8e3f-0123456789ab"


@pytest.mark.parametrize("read", [lambda text: int(float(text)), lambda text: int(float(text) + 0.5)])
def test_malformed_number_is_read_as_own_id(read: object) -> None:
    numbers = [text for text in malformed_like(100) if text.replace(".", "").isdecimal()]

    assert callable(read)
    assert numbers
    assert {read(text) for text in numbers} == {100}


def test_malformed_uuid_is_not_a_number() -> None:
    assert not any(text.isdecimal() for text in malformed_like(OWN_UUID))


@pytest.mark.parametrize("existing", [100, OWN_UUID])
def test_id_of_others_is_in_no_malformed_id(existing: object) -> None:
    near = [text for text in malformed_like(existing, is_own=False) if text.startswith(str(existing)[:-1])]

    assert near == []
