"""What mocks keep in memory: who is tied to what, and which ids are next."""

from __future__ import annotations


class IdSequence:
    """Numbers that are given once."""

    def __init__(self, first: int) -> None:
        self._first = first
        self._next = first

    def take(self) -> int:
        """The next one."""
        taken, self._next = self._next, self._next + 1
        return taken

    def reset(self) -> None:
        """Begin again."""
        self._next = self._first


class Association:
    """Pairs of ids (a user and what the user likes), each at most once, in the order in which they came."""

    def __init__(self) -> None:
        self._order = IdSequence(1)
        self._forward: dict[int, dict[int, int]] = {}
        self._backward: dict[int, dict[int, int]] = {}

    def add(self, subject: int, object_: int) -> bool:
        """Tie the two; False if they are tied already."""
        if self.has(subject, object_):
            return False
        place = self._order.take()
        self._forward.setdefault(subject, {})[object_] = place
        self._backward.setdefault(object_, {})[subject] = place
        return True

    def remove(self, subject: int, object_: int) -> bool:
        """Untie the two; False if they are not tied."""
        if not self.has(subject, object_):
            return False
        del self._forward[subject][object_]
        del self._backward[object_][subject]
        return True

    def has(self, subject: int, object_: int) -> bool:
        """Whether the two are tied."""
        return object_ in self._forward.get(subject, ())

    def objects(self, subject: int) -> dict[int, int]:
        """What a subject is tied to, newest first, each with its place in the order of all ties."""
        return dict(reversed(self._forward.get(subject, {}).items()))

    def subjects(self, object_: int) -> dict[int, int]:
        """Who is tied to an object, newest first, each with its place in the order of all ties."""
        return dict(reversed(self._backward.get(object_, {}).items()))

    def count_objects(self, subject: int) -> int:
        """How many objects a subject is tied to."""
        return len(self._forward.get(subject, ()))

    def count_subjects(self, object_: int) -> int:
        """How many subjects an object is tied to."""
        return len(self._backward.get(object_, ()))

    def forget(self, object_: int) -> None:
        """Untie an object from everyone: it is gone."""
        for subject in list(self._backward.get(object_, ())):
            self.remove(subject, object_)

    def reset(self) -> None:
        """Untie all."""
        self._order.reset()
        self._forward.clear()
        self._backward.clear()
