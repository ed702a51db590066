"""`resources` in conventions.yaml: the claims about the life of an item."""

from __future__ import annotations

from collections.abc import Iterator

from tuningfork.conventions.base import Convention, GenericClaim
from tuningfork.conventions.grammar.responses import Refusal
from tuningfork.conventions.resource_keys import Gone, Resource
from tuningfork.model import Level

CREATED = "RFC 9110 15.3.2"
IDEMPOTENT = "RFC 9110 9.2.2"


def claims(declared: Resource) -> Iterator[GenericClaim]:
    """Yield the claims that a declaration of resources brings."""
    yield from _life_claims(declared)
    if declared.create is not None:
        yield from _creation_claims(declared)
        yield from _text_claims(declared)
        yield from _change_claims(declared)
        yield from _deletion_claims(declared)
        yield from _sharing_claims(declared)


def _life_claims(declared: Resource) -> Iterator[GenericClaim]:
    """Yield the claims about an item from its creation to its deletion."""
    is_observed = declared.read is not None or declared.list_ is not None
    if declared.create is not None and is_observed:
        gone = declared.delete.then if declared.delete is not None else None
        end = f"; a read after its deletion returns {gone}" if isinstance(gone, Refusal) else ""
        status = declared.read.status if declared.read is not None else None
        read = "can be read by its id" if status is None else f"is read by its id with {status}"
        listed = " and is in the list until it is deleted" if declared.list_ is not None else ""
        yield _claim("LIFECYCLE", f"an item that was created {read}{listed}{end}")


def _creation_claims(declared: Resource) -> Iterator[GenericClaim]:
    """Yield the claims about the response to a creation and about what is stored."""
    create = declared.create
    if create is not None and create.status is not None:
        yield _claim(
            "CREATE", f"{create.request} returns {create.status} and the id of the new item", CREATED
        )
    if declared.keeps:
        yield _claim("KEPT", f"a read shows {', '.join(declared.keeps)} as the creation sent it")
    if create is not None and create.location is not None:
        has = "has" if create.location == "required" else "may have"
        yield _claim("LOCATION", f"a creation {has} a Location, and that is the URL of the new item", CREATED)
    answers = [f"{name}: {action.answer}" for name, action in declared.actions() if action.answer]
    if any(not answer.endswith(": any") for answer in answers):
        yield _claim("ANSWER", f"the body of a response is {', '.join(answers)}")
    if declared.same_in_list and declared.list_ is not None and declared.read is not None:
        yield _claim("SAME-IN-LIST", "a property that a list and a read of an item have is the same in both")


def _text_claims(declared: Resource) -> Iterator[GenericClaim]:
    """Yield the claims about texts."""
    if not declared.texts or declared.read is None:
        return
    sent, text = ", ".join(declared.texts), declared.text
    refused = "" if text.get("refused") else ", or is refused with 4xx"
    yield _claim(
        "TEXT", f"any text of {sent} is stored{refused}; another normal form of Unicode is the same text"
    )
    yield _claim("TEXT-EXACT", f"a text of {sent} is stored in its form of Unicode", level=Level.SHOULD)
    if text.get("blank") in ("kept", "refused"):
        yield _claim("BLANK", f"an empty text and one of spaces are {text['blank']} in {sent}")
    if text.get("trim") == "kept":
        yield _claim("TRIM", f"spaces at both ends of {sent} are kept")
    if "maximum" in text:
        yield _claim("MAXIMUM", f"{sent} keeps {text['maximum']} characters, and never more")


def _change_claims(declared: Resource) -> Iterator[GenericClaim]:
    """Yield the claims about updates and replacements."""
    for name in ("update", "replace"):
        action = getattr(declared, name)
        if action is not None:
            status = f"returns {action.status}, and " if action.status is not None else "succeeds, and "
            yield _claim(name.upper(), f"{action.request} {status}a read shows what was sent")
    if declared.update is not None and declared.read is not None:
        yield _claim("UPDATE-ONLY-NAMED", "an update changes no property that its body does not have")


def _deletion_claims(declared: Resource) -> Iterator[GenericClaim]:
    """Yield the claims about deletions."""
    delete = declared.delete
    if delete is None:
        return
    if delete.status is not None:
        yield _claim("DELETE", f"{delete.request} returns {delete.status}")
    if delete.again is not None:
        yield _claim("DELETE-TWICE", f"a second deletion returns {delete.again}", IDEMPOTENT)
    if isinstance(delete.then, Gone):
        shown = ", ".join(f"{pointer} with {form}" for pointer, form in delete.then.members.items())
        yield _claim(
            "TOMBSTONE", f"a read after the deletion returns {delete.then.status}: {shown or 'the item'}"
        )
    if delete.ids == "never-again":
        yield _claim("ID-AGAIN", "no later item has the id of a deleted one")
    if delete.frees:
        yield _claim("FREED", "a new item may be a duplicate of a deleted one")


def _sharing_claims(declared: Resource) -> Iterator[GenericClaim]:
    """Yield the claims about equal items and other users."""
    if declared.duplicate is not None:
        what = f"with the same {', '.join(declared.unique)}" if declared.unique else "with the same body"
        yield _claim("DUPLICATE", f"a second item {what} is refused with {declared.duplicate}")
        yield _claim("RACE", f"of several concurrent creations {what} at most one creates an item")
    if declared.owner is not None:
        yield _claim(
            "OWNER-ONLY", f"another user's change is refused with {declared.owner}", needs=("user2",)
        )
        if declared.private:
            yield _claim("PRIVATE", f"another user's read is refused with {declared.owner}", needs=("user2",))


def _claim(
    name: str,
    promise: str,
    source: str = "conventions.yaml",
    level: Level = Level.MUST,
    needs: tuple[str, ...] = (),
) -> GenericClaim:
    """Return a claim that needs a target that may be written to."""
    return GenericClaim(f"RESOURCE-{name}", promise, source, level, ("write", *needs))


CONVENTION = Convention("resources", "Resources", Resource, claims, is_named=True)
