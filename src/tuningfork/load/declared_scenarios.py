"""The scenarios that the declared conventions of an API bring."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from tuningfork import not_verified
from tuningfork.contract.openapi import Contract, Operation
from tuningfork.conventions.catalogue import catalogue
from tuningfork.conventions.declaration import Subject
from tuningfork.load.item_steps import live, race_duplicates
from tuningfork.load.key_steps import repeat_key
from tuningfork.load.list_steps import read_whole, walk
from tuningfork.load.refresh_steps import race_refreshes
from tuningfork.testing.load_scenario import LoadUser, Scenario

LIFE = ("RESOURCE-CREATE", "RESOURCE-LIFECYCLE", "RESOURCE-DELETE")


def declared_scenarios(contract: Contract) -> Iterator[Scenario]:
    """Yield the scenarios of an API: reads, and those that its declared conventions bring."""
    yield Scenario("reads of lists", partial(read_list, _listing_operations(contract)), ())
    for key in catalogue():
        for subject in contract.declaration.subjects(key, contract.operations):
            yield from _of_subject(contract, subject)


def _of_subject(contract: Contract, subject: Subject) -> Iterator[Scenario]:
    """Yield the scenarios about one subject of a convention."""
    if subject.key == "resources" and subject.model.create is not None:
        yield _scenario("life of", live, subject, *LIFE, needs=("write",))
        if "RESOURCE-RACE" in subject.claims:
            yield _scenario("duplicates of", race_duplicates, subject, "RESOURCE-RACE", needs=("write",))
    if subject.key == "pagination" and subject.operation is not None:
        for claim_id, steps in (("PAGE-INSERT", walk), ("PAGE-WHOLE", read_whole)):
            if claim_id in subject.claims:
                yield _scenario("pages of", steps, subject, claim_id, needs=("write",))
    if subject.key == "idempotency" and subject.operation is not None and subject.operation.method == "POST":
        found = subject.claims.keys() & {"IDEM-REPLAY", "IDEM-CONCURRENT"}
        if found:
            yield _scenario("repeated keys of", repeat_key, subject, *sorted(found), needs=("write",))
    if subject.key == "auth" and "REFRESH-RACE" in subject.claims:
        yield _scenario("refreshes of", race_refreshes, subject, "REFRESH-RACE", needs=("user",))


def _scenario(
    verb: str,
    steps: Callable[[Subject, LoadUser], None],
    subject: Subject,
    *generic: str,
    needs: tuple[str, ...] = (),
) -> Scenario:
    """Return the scenario of a subject that judges these generic claims."""
    claims = tuple(own for each in generic for own in subject.claims.get(each, ()))
    return Scenario(f"{verb} {subject.name}", partial(steps, subject), claims, needs)


def _listing_operations(contract: Contract) -> list[Operation]:
    """Return the operations of the document that read without an id or another required parameter."""
    never = contract.declaration.requests.never
    return [
        each
        for each in contract.operations
        if each.method == "GET"
        and "{" not in each.path
        and not any(parameter.required for parameter in each.parameters)
        and not any(pattern.matches(each) for pattern in never)
    ]


def read_list(operations: list[Operation], user: LoadUser) -> None:
    """Read one of the operations; the checks of every exchange judge the response."""
    if not operations:
        not_verified("the document has no GET without a required parameter")
    user.client.get(user.random.choice(operations).path)
