"""Filters and searches of a declared list: chooses their values, and says which items match."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tuningfork import not_verified
from tuningfork.checks.places import MISSING, find_value
from tuningfork.conventions.lists import Filter, Lists
from tuningfork.testing.filled_list import FilledList
from tuningfork.testing.page_expectations import comparable, failure

WORD = re.compile(r"\b[a-z]{8,}\b")
"""A word that each search finds unchanged: not a short one. That of a mark is longer; its end is unique."""

MAX_CONDITIONS = 3
"""The values of a filter that are judged."""


@dataclass(frozen=True)
class Condition:
    """A filter or a search with a value.

    Args:
        query: the parameters.
        matches: returns whether an item matches.
    """

    query: Mapping[str, str]
    matches: Callable[[Any], bool]

    def __str__(self) -> str:
        return "&".join(f"{name}={value}" for name, value in self.query.items())

    def and_(self, other: Condition) -> Condition:
        """Return the condition that both must be met."""
        return Condition(
            {**self.query, **other.query}, lambda item: self.matches(item) and other.matches(item)
        )


@dataclass(frozen=True)
class Sample:
    """The items of a list that are judged, by their keys as text.

    Args:
        items: those of the test, or all of them if the test can create none.
        is_own: whether the test has created them.
    """

    items: Mapping[str, Any]
    is_own: bool

    def inside(self, condition: Condition) -> set[str]:
        """Return the keys of the items that match a condition."""
        return {key for key, item in self.items.items() if condition.matches(item)}

    def outside(self, condition: Condition) -> set[str]:
        """Return the keys of the items that do not match a condition."""
        return set(self.items) - self.inside(condition)


def read_sample(filled_list: FilledList, own: Sequence[str] = ()) -> Sample:
    """Return the items of a list that are judged.

    Args:
        filled_list: the list.
        own: the keys of the items of the test; all items are judged without any.
    """
    listing = filled_list.pages
    items = {
        str(key): item
        for page in listing.walk(listing.largest_size)
        for key, item in zip(page.keys, page.items, strict=True)
    }
    return Sample({key: items[key] for key in own if key in items} if own else items, bool(own))


def lists_of(filled_list: FilledList) -> Lists:
    """Return the declared filters of a list; the test is not verified without any."""
    found = filled_list.pages.declaration.of("lists", filled_list.pages.operation)
    return (
        found if isinstance(found, Lists) else not_verified("conventions.yaml has no `lists` for this list")
    )


def is_documented(filled_list: FilledList, name: str) -> bool:
    """Return whether a list has a parameter: it documents it, or documents no parameter at all."""
    parameters = filled_list.pages.operation.parameters
    names = {each.name for each in parameters if each.location == "query"}
    return not names or name in names


def takes(filled_list: FilledList, name: str, text: str) -> bool:
    """Return whether a list has a parameter, and any schema that it documents for it allows this text."""
    documented = filled_list.pages.operation.parameter(name)
    schema = documented.schema if documented is not None else None
    return is_documented(filled_list, name) and (schema is None or schema.is_valid(text))


def filter_conditions(filled_list: FilledList, sample: Sample) -> dict[str, list[Condition]]:
    """Return, for each filter of a list, the conditions that some of the items meet and others do not."""
    found: dict[str, list[Condition]] = {}
    for name, declared in lists_of(filled_list).filters.items():
        if is_documented(filled_list, name):
            conditions = [filter_condition(name, declared, value) for value in _values(declared, sample)]
            found[name] = [each for each in conditions if sample.inside(each) and sample.outside(each)]
    return found


def filter_condition(name: str, declared: Filter, value: str) -> Condition:
    """Return the condition of a filter with a value."""
    return Condition({name: value}, lambda item: _matches(declared, find_value(item, declared.member), value))


def search_conditions(filled_list: FilledList, sample: Sample) -> list[Condition]:
    """Return the conditions of searches that some of the items meet and others do not."""
    search = lists_of(filled_list).search
    if search is None or not is_documented(filled_list, search.parameter):
        return []
    words = {
        word: None
        for item in sample.items.values()
        for pointer in search.in_
        for word in WORD.findall(str(find_value(item, pointer)))
    }
    parts = {"word": slice(None), "prefix": slice(-3), "contains": slice(2, -1)}
    texts = [word[parts[search.match]] for word in words]
    conditions = [_search_condition(search.parameter, search.in_, text, search.match) for text in texts]
    return [each for each in conditions if sample.inside(each) and sample.outside(each)]


def find_narrowing(filled_list: FilledList) -> tuple[Condition, set[str], set[str]]:
    """Return a condition that several items meet and others do not, with the keys of both.

    Four items with the same word are created, one before and one behind them. Without such a condition the
    test is not verified.
    """
    first, alike = filled_list.create_items(1), filled_list.create_alike(4)
    own = filled_list.keys([*first, *alike, *filled_list.create_items(1)])
    sample = read_sample(filled_list, own)
    conditions = [each for listed in filter_conditions(filled_list, sample).values() for each in listed]
    conditions += search_conditions(filled_list, sample)
    condition = max(conditions, key=lambda each: len(sample.inside(each)), default=None)
    if condition is not None and len(sample.inside(condition)) > 1:
        return condition, sample.inside(condition), sample.outside(condition)
    return not_verified("no filter in conventions.yaml (lists.filters, lists.search) narrows the list")


def combined_conditions(filled_list: FilledList, sample: Sample) -> list[Condition]:
    """Return conditions of two filters, each of which leaves out items that match the other one."""
    first, *others = [each for each in filter_conditions(filled_list, sample).values() if each] or [[]]
    pairs = [(one, other) for listed in others for one in first for other in listed]
    return [
        one.and_(other)
        for one, other in pairs
        if sample.inside(one) - sample.inside(other) and sample.inside(other) - sample.inside(one)
    ]


def first_conditions(conditions: Mapping[str, Sequence[Condition]]) -> list[Condition]:
    """Return the conditions that are judged: at most MAX_CONDITIONS for each filter."""
    return [condition for listed in conditions.values() for condition in listed[:MAX_CONDITIONS]]


def other_cases(
    filled_list: FilledList, conditions: Mapping[str, Sequence[Condition]]
) -> Iterator[Condition]:
    """Yield conditions of the same filters with letters of the other case, where case is declared.

    All items that match the first value match the other one too, or none does.
    """
    filters = lists_of(filled_list).filters
    for name, listed in conditions.items():
        declared = filters[name]
        for condition in listed[:MAX_CONDITIONS] if declared.case != "free" else ():
            other = condition.query[name].swapcase()
            if other != condition.query[name] and declared.match not in ("from", "to"):
                yield Condition({name: other}, condition.matches if declared.case == "insensitive" else never)


def never(item: Any) -> bool:
    """Return False: no item matches."""
    return False


def unmatched_query(filled_list: FilledList) -> dict[str, str]:
    """Return a query that no item matches; the test is not verified if no filter has texts."""
    declared = lists_of(filled_list)
    texts = [name for name, each in declared.filters.items() if each.match not in ("from", "to")]
    if declared.search is not None:
        texts.insert(0, declared.search.parameter)
    word = filled_list.word().rpartition(" ")[2]
    for name in texts:
        if takes(filled_list, name, word):
            return {name: word}
    return not_verified("no filter or search in conventions.yaml can leave the list without items")


def expect_selection(filled_list: FilledList, sample: Sample, condition: Condition) -> None:
    """Expect that a list with a condition has the judged items that match it, and no other of them."""
    filled_list.eventually(lambda: _expect_selected(filled_list, sample, condition))


def expect_selections_of_all(filled_list: FilledList, names: Sequence[str]) -> list[str]:
    """Expect the same of filters by the values of all items of the list, also those of others.

    Returns the filters of which no value can be judged: all items have the same, or some differ in case only.
    """
    unjudged = list(names)

    def judge() -> None:
        """Judge each filter by some of its values."""
        whole, unjudged[:] = read_sample(filled_list), names
        for name, listed in filter_conditions(filled_list, whole).items():
            if name in unjudged and has_distinct_values(lists_of(filled_list).filters[name], whole):
                for condition in listed[:MAX_CONDITIONS]:
                    _expect_selected(filled_list, whole, condition)
                unjudged.remove(name)

    if names:
        filled_list.steadily(judge)
    return unjudged


def has_distinct_values(declared: Filter, sample: Sample) -> bool:
    """Return whether a filter compares whole values, of which several differ in more than their case."""
    values = {str(find_value(item, declared.member)) for item in sample.items.values()}
    return declared.match == "equals" and 1 < len({each.casefold() for each in values}) == len(values)


def _expect_selected(filled_list: FilledList, sample: Sample, condition: Condition) -> None:
    """Expect the same of the list as it is now."""
    listing = filled_list.pages
    pages = listing.walk(listing.largest_size, condition.query)
    found = {str(key) for page in pages for key in page.keys}
    for key in sorted(sample.inside(condition) - found):
        raise failure(f"item {key}, which matches {condition}", f"{len(found)} other items", pages[:1])
    for key in sorted(sample.outside(condition) & found):
        raise failure(f"no item {key}, which does not match {condition}", "this item", pages[:1])


def _values(declared: Filter, sample: Sample) -> Iterator[str]:
    """Yield values of a filter that items of the sample match, each once; of `any-of` two values first."""
    found = [find_value(item, declared.member) for item in sample.items.values()]
    usable = [value for value in found if isinstance(value, str | int | float) and value != ""]
    if declared.match in ("from", "to"):
        ordered = sorted(
            (value for value in usable if comparable(value, True) is not None), key=comparable_key
        )
        yield from map(str, ordered[len(ordered) // 2 :][:1])
        return
    texts = [str(value).lower() if isinstance(value, bool) else str(value) for value in usable]
    parts = list(dict.fromkeys(part for text in texts for part in _parts(declared.match, text)))
    if declared.match == "any-of" and len(parts) > 1:
        yield ",".join(parts[:2])
    yield from parts


def comparable_key(value: Any) -> Any:
    """Return what sorts the values of a property of one type."""
    return comparable(value, True)


def _parts(match: str, text: str) -> list[str]:
    """Return the values of a filter that a text matches."""
    if match in ("equals", "any-of"):
        return [text] if "," not in text else []
    if match == "prefix":
        return [text, text[: max(len(text) // 2, 1)]]
    return WORD.findall(text) or ([text] if match == "contains" else [])


def _matches(declared: Filter, value: Any, wanted: str) -> bool:
    """Return whether the value of a property matches a filter."""
    if value is MISSING or value is None:
        return False
    if declared.match in ("from", "to"):
        found, bound = comparable(value, True), comparable(_number(wanted), True)
        if found is None or bound is None:
            return False
        return bool(found >= bound) if declared.match == "from" else bool(found <= bound)
    text = str(value).lower() if isinstance(value, bool) else str(value)
    return _has(text, wanted, declared.match)


def _number(text: str) -> Any:
    """Return a number for its text; any other text unchanged."""
    return float(text) if re.fullmatch(r"-?\d+(\.\d+)?", text) else text


def _has(text: str, wanted: str, match: str) -> bool:
    """Return whether a text matches a value."""
    if match == "any-of":
        return text in wanted.split(",")
    if match == "word":
        return wanted in re.findall(r"\w+", text)
    if match == "contains":
        return wanted in text
    return text.startswith(wanted) if match == "prefix" else text == wanted


def _search_condition(name: str, pointers: Sequence[str], wanted: str, match: str) -> Condition:
    """Return the condition of a search for a word, for the beginning of a word or for a part of a text."""

    def finds(item: Any) -> bool:
        """Return whether the search finds an item."""
        texts = [str(find_value(item, pointer)) for pointer in pointers]
        words = [word for text in texts for word in re.findall(r"\w+", text)]
        if match == "prefix":
            return any(word.startswith(wanted) for word in words)
        return wanted in words if match == "word" else any(wanted in text for text in texts)

    return Condition({name: wanted}, finds)
