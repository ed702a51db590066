"""Conforming variants of the ids of tracks."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count
from typing import Any

from tuningfork.apis.audiosocket.mock.seed import EMPTY_ACCOUNT, FULL_ACCOUNT, OTHER_ACCOUNT
from tuningfork.apis.audiosocket.mock.tracks import FIRST_ID
from tuningfork.audit.fault import variant
from tuningfork.audit.patching import wrap_handler, wrap_method
from tuningfork.mock.errors import HttpError

CREATE = "POST /tracks"


@variant("AS-TRACK-01", "AS-CODE-02", "AS-CODE-04", "AS-CODE-06")
def ids_are_strings(mock: Any) -> None:
    """The `id` of a track is a string such as `trk_51201`."""
    _rename_ids(mock, lambda number: f"trk_{number}", lambda text: text[4:] if text[:4] == "trk_" else "")


@variant("AS-TRACK-01", "AS-CODE-02", "AS-CODE-04", "AS-CODE-06")
def ids_have_a_check_digit(mock: Any) -> None:
    """The `id` of a track is a string such as `51201-3`; one whose last digit is wrong returns 400."""

    def read(text: str) -> str:
        number, _, digit = text.partition("-")
        if not _is_id(number) or digit != str(int(number) % 7):
            raise HttpError(400, "no id")
        return number

    _rename_ids(mock, lambda number: f"{number}-{number % 7}", read)


@variant("AS-CODE-02", "AS-CODE-04", "AS-CODE-06")
def ids_start_at_0(mock: Any) -> None:
    """The `id` of the oldest track is 0."""
    _rename_ids(
        mock, lambda number: number - FIRST_ID, lambda text: str(int(text) + FIRST_ID) if _is_id(text) else ""
    )


@variant("AS-CODE-04")
def ids_of_deleted_tracks_are_used_again(mock: Any) -> None:
    """A new track gets the lowest `id` that no track has."""
    accounts = (FULL_ACCOUNT, EMPTY_ACCOUNT, OTHER_ACCOUNT)
    mock.tracks.ids.take = lambda: next(
        number
        for number in count(FIRST_ID)
        if not any(mock.tracks.find(str(number), one) for one in accounts)
    )


def _is_id(text: str) -> bool:
    """Return whether a text is the decimal form of a number of at most nine digits."""
    return text.isdecimal() and len(text) < 10 and str(int(text)) == text


def _rename_ids(mock: Any, write: Callable[[int], Any], read: Callable[[str], str]) -> None:
    """Write the ids of tracks in another form; `read` returns the number of such an id, or no number."""
    wrap_method(mock.tracks, "serialize", lambda original, track: {**original(track), "id": write(track.id)})
    wrap_method(mock.tracks, "parse_id", lambda original, text: original(read(text)))

    def create(handle: Any, mock: Any, context: Any) -> Any:
        response = handle(mock, context)
        head, _, number = response.headers["Location"].rpartition("/")
        response.headers["Location"] = f"{head}/{write(int(number))}"
        return response

    wrap_handler(mock.handlers, CREATE, create)
