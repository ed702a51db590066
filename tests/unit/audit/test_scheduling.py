from __future__ import annotations

from tuningfork.audit.scheduling import start_times


def test_fastest_test_is_first() -> None:
    times = start_times({"a.py::slow": 3.0, "a.py::quick": 1.0})

    assert sorted(times, key=times.__getitem__) == ["a.py::quick", "a.py::slow"]


def test_many_cases_of_one_function_do_not_delay_others() -> None:
    cases = {f"a.py::many[{number}]": 1.0 for number in range(50)}

    times = start_times({**cases, "a.py::other": 2.5})

    before = [test for test in cases if times[test] < times["a.py::other"]]
    assert len(before) == 2


def test_every_test_has_a_start_time() -> None:
    assert start_times({"a.py::a[x::y[1]]": 0.0, "a.py::a[z]": 0.0}).keys() == {
        "a.py::a[x::y[1]]",
        "a.py::a[z]",
    }
