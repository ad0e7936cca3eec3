"""Token buckets, on a clock of the test's."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.limits import buckets
from gateway.limits.buckets import Buckets, Exhausted, Level


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_a_full_bucket_is_emptied_and_fills_again() -> None:
    clock = Clock()
    found = Buckets(10, 5, clock=clock)
    found.take("a", 50)
    with pytest.raises(Exhausted) as exhausted:
        found.take("a", 20)
    assert exhausted.value.seconds == pytest.approx(2)
    clock.now += 2
    found.take("a", 20)
    assert found.level("a") == Level(left=0, size=50, seconds_to_full=5)


def test_what_is_refused_costs_nothing() -> None:
    found = Buckets(10, 5, clock=Clock())
    with pytest.raises(Exhausted):
        found.take("a", 51)
    found.take("a", 50)


def test_each_has_its_own() -> None:
    found = Buckets(10, 5, clock=Clock())
    found.take("a", 50)
    found.take("b", 50)
    assert found.level("nobody yet").left == 50


def test_it_never_holds_more_than_its_size() -> None:
    clock = Clock()
    found = Buckets(10, 5, clock=clock)
    found.take("a", 10)
    clock.now += 1_000_000
    found.take("a", 50)
    with pytest.raises(Exhausted):
        found.take("a", 1)


@given(st.lists(st.tuples(st.floats(0, 20), st.integers(0, 60)), max_size=50))
def test_never_more_is_taken_than_was_there(steps: list[tuple[float, int]]) -> None:
    """Beside the plainest bucket there is: a number that is raised and lowered."""
    clock = Clock()
    found, plain = Buckets(10, 5, clock=clock), 50.0
    for seconds, points in steps:
        clock.now += seconds
        plain = min(50.0, plain + 10 * seconds)
        if abs(plain - points) < 1e-6:
            continue  # the last digit of a float decides
        try:
            found.take("a", points)
            taken = True
        except Exhausted:
            taken = False
        assert taken == (points <= plain)
        plain -= points if taken else 0


def test_it_remembers_a_bounded_number_of_clients(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever has many addresses makes it forget those who have taken least, not the greedy."""
    monkeypatch.setattr(buckets, "CLIENTS_KEPT", 100)
    found = Buckets(10, 5, clock=Clock())
    found.take("greedy", 50)
    for number in range(1000):
        found.take(number, 1)
        assert len(found) <= 100
    with pytest.raises(Exhausted):
        found.take("greedy", 1)
