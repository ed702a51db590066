from __future__ import annotations

from tuningfork.audit.scheduling import start_times


def test_the_quickest_test_is_due_first() -> None:
    turns = start_times({"a.py::slow": 3.0, "a.py::quick": 1.0})

    assert sorted(turns, key=turns.__getitem__) == ["a.py::quick", "a.py::slow"]


def test_many_quick_cases_of_one_function_keep_no_other_waiting() -> None:
    cases = {f"a.py::many[{number}]": 1.0 for number in range(50)}

    turns = start_times({**cases, "a.py::other": 2.5})

    before = [test for test in cases if turns[test] < turns["a.py::other"]]
    assert len(before) == 2


def test_every_test_has_its_turn() -> None:
    assert start_times({"a.py::a[x::y[1]]": 0.0, "a.py::a[z]": 0.0}).keys() == {
        "a.py::a[x::y[1]]",
        "a.py::a[z]",
    }
