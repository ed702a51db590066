"""`relations`: what a user follows or likes."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tuningfork.conventions.declaration import Subject
from tuningfork.testing.convention import convention
from tuningfork.testing.declared_resource import DeclaredResources
from tuningfork.testing.fairness import premise
from tuningfork.testing.item_expectations import expect_status
from tuningfork.testing.refusal import expect_refusal
from tuningfork.testing.relation_requests import DeclaredRelation, existing_ids, unknown_id


@pytest.fixture
def relation(subject: Subject, resources: DeclaredResources) -> DeclaredRelation:
    """The relation that the claims are judged of, to a new item or to a declared example."""
    relation = DeclaredRelation(subject.model, resources, existing_ids(subject.model, resources))
    premise(subject.model.list_ is None or relation.listed_times() == 0, "the relation exists already")
    return relation


@convention("RELATION-PUT")
def test_added_relation_is_listed(relation: DeclaredRelation) -> None:
    relation.put()

    relation.expect_listed(times=1)


@convention("RELATION-DELETE")
def test_removed_relation_is_not_listed(relation: DeclaredRelation) -> None:
    """Another relation stays."""
    relation.put()
    other = replace(relation, ids=existing_ids(relation.model, relation.resources))
    other.put()

    relation.delete()

    relation.expect_listed(times=0)
    other.expect_listed(times=int(other.item_id != relation.item_id))


@convention("RELATION-REPEATED")
def test_relation_that_exists_is_added_once(subject: Subject, relation: DeclaredRelation) -> None:
    """It is listed once after each addition."""
    relation.put()

    for _ in range(2):
        expect_status(relation.put(), subject.model.repeated)

        expect_listed_once(relation)


@convention("RELATION-ABSENT")
def test_removal_of_a_relation_that_does_not_exist(subject: Subject, relation: DeclaredRelation) -> None:
    """Before the relation was added, and after it was removed."""
    expect_status(relation.delete(), subject.model.absent)
    relation.put()
    relation.delete()

    response = relation.delete()

    expect_status(response, subject.model.absent)


@convention("RELATION-UNKNOWN")
def test_relation_to_an_unknown_id_is_refused(subject: Subject, relation: DeclaredRelation) -> None:
    unknown = unknown_id(relation)
    relation.resources.client.mark_unused(unknown)

    response = replace(relation, ids=[unknown, *relation.ids[1:]]).put()

    expect_refusal(response, subject.model.unknown, relation.resources.declaration)


def expect_listed_once(relation: DeclaredRelation) -> None:
    """Raise ExpectationFailed unless the list, where one is declared, has a relation once."""
    if relation.model.list_ is not None:
        relation.expect_listed(times=1)
