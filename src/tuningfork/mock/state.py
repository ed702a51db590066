"""In-memory storage of ids and of associations between resources."""

from __future__ import annotations


class IdSequence:
    """A sequence of unique ids."""

    def __init__(self, first: int) -> None:
        self._first = first
        self._next = first

    def take(self) -> int:
        """Return the next id."""
        id_, self._next = self._next, self._next + 1
        return id_

    def reset(self) -> None:
        """Start again with the first id."""
        self._next = self._first


class Association:
    """Pairs of ids (such as a user and a liked track), each at most once, in order of insertion."""

    def __init__(self) -> None:
        self._order = IdSequence(1)
        self._forward: dict[int, dict[int, int]] = {}
        """The objects of each subject, each with the sequence number of the pair."""
        self._backward: dict[int, dict[int, int]] = {}
        """The subjects of each object, each with the sequence number of the pair."""

    def add(self, subject: int, object_: int) -> bool:
        """Add a pair; return False if it exists."""
        if self.has(subject, object_):
            return False
        number = self._order.take()
        self._forward.setdefault(subject, {})[object_] = number
        self._backward.setdefault(object_, {})[subject] = number
        return True

    def remove(self, subject: int, object_: int) -> bool:
        """Remove a pair; return False if it does not exist."""
        if not self.has(subject, object_):
            return False
        del self._forward[subject][object_]
        del self._backward[object_][subject]
        return True

    def has(self, subject: int, object_: int) -> bool:
        """Return True if the pair exists."""
        return object_ in self._forward.get(subject, ())

    def objects(self, subject: int) -> dict[int, int]:
        """Return the objects of `subject`, newest first, with their global sequence number."""
        return dict(reversed(self._forward.get(subject, {}).items()))

    def subjects(self, object_: int) -> dict[int, int]:
        """Return the subjects of `object_`, newest first, with their global sequence number."""
        return dict(reversed(self._backward.get(object_, {}).items()))

    def count_objects(self, subject: int) -> int:
        """Return the number of objects of a subject."""
        return len(self._forward.get(subject, ()))

    def count_subjects(self, object_: int) -> int:
        """Return the number of subjects of an object."""
        return len(self._backward.get(object_, ()))

    def forget(self, object_: int) -> None:
        """Remove all pairs of a deleted object."""
        for subject in list(self._backward.get(object_, ())):
            self.remove(subject, object_)

    def reset(self) -> None:
        """Remove all pairs."""
        self._order.reset()
        self._forward.clear()
        self._backward.clear()
