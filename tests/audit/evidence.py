"""Decides whether the responses that a block printed show the violation that a report recorded.

A block shows its violation if a response that it prints (`curl -i`) satisfies all of these conditions; they
are stricter than "the two mocks respond differently":

- On the faulty mock it has the status that the report recorded for the exchange of the violation, or for one
  of the exchanges compared with it.
- The block prints a response at the same position on the sound mock.
- The two differ at some location (status, header, JSON pointer), where the one of the faulty mock has the
  value that the report recorded, or, beyond the end of a truncated body, one that the text of `found` names.
- If the violation has a pointer to a recorded property, the location is in or around it, in the array that it
  leads into, or a property that the texts of the violation name.

`printed_responses` says what is equal.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from tests.audit.printed_responses import ComparedResponse, recorded

from tuningfork.report.test_result import Violation

MIN_VALUE_CHARS = 3
"""A shorter value may be in a text by chance."""


def judge(
    violation: Violation, faulty: list[ComparedResponse], sound: list[ComparedResponse]
) -> tuple[str, str]:
    """Return why the printed responses do not show a violation (empty if they do), and the evidence."""
    if not faulty:
        return "the block prints no response on the faulty mock", ""
    if len(sound) < len(faulty):
        return f"the block prints {len(sound)} of {len(faulty)} responses on the sound mock", ""
    assert violation.exchange is not None, "a violation that is repeated has an exchange"
    records = [recorded(record) for record in (violation.exchange, *violation.compared)]
    same_status = [
        (record, *pair)
        for record in records
        for pair in zip(faulty, sound, strict=False)
        if record.values["status"] == pair[0].values["status"]
    ]
    if not same_status:
        statuses = ", ".join(response.values["status"] for response in faulty)
        return f"the status is {statuses} on the faulty mock, not {records[0].values['status']}", ""
    for record, one, other in same_status:
        pointer = violation.pointer if record is records[0] else ""
        if evidence := sorted(_evidence(violation, pointer, record, one, other)):
            return "", ", ".join(evidence[:5])
    if all(one.exact == other.exact for _, one, other in same_status):
        return "the responses of both mocks are equal", ""
    return "the responses of the mocks differ, but not as recorded", ""


def _evidence(
    violation: Violation,
    pointer: str,
    record: ComparedResponse,
    faulty: ComparedResponse,
    sound: ComparedResponse,
) -> Iterator[str]:
    """Yield the locations where the faulty mock responded as recorded and the sound one did not."""
    area = _area(pointer)
    is_known = any(_is_near(location, area) for location in record.values)
    texts = f"{violation.expected} {violation.found}"
    for location in faulty.exact.keys() | sound.exact.keys():
        name = location.removesuffix(" length").rpartition("/")[2]
        if faulty.exact.get(location) == sound.exact.get(location):
            continue
        if location == "body" and record.is_truncated:
            is_shown = record.begins(faulty) and not record.begins(sound)
        elif record.knows(location):
            is_shown = record.values.get(location) == faulty.values.get(location)
        else:
            value = faulty.texts.get(location, "").strip('"')
            is_shown = (
                value in violation.found if len(value) > MIN_VALUE_CHARS else not value and name in texts
            )
        if is_shown and (not area or not is_known or _is_near(location, area) or name in texts):
            yield location


def _area(pointer: str) -> str:
    """Return the location of a pointer; for an item of an array, that of the array."""
    is_location = pointer.startswith("/") or pointer in ("", "status")
    return re.split(r"/\d+(?:/|$)", pointer if is_location else f"header {pointer.lower()}")[0]


def _is_near(location: str, area: str) -> bool:
    """Return whether a location is another one, inside it or around it."""
    location = location.removesuffix(" length")
    return location == area or location.startswith(f"{area}/") or area.startswith(f"{location}/")
