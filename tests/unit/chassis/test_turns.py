"""One message of an aggregate at a time, in the order in which they came."""

from hypothesis import given
from hypothesis import strategies as st

from services.chassis.messaging.turns import Turns


@given(st.lists(st.sampled_from("abc"), max_size=30), st.randoms(use_true_random=False))
def test_each_runs_once_in_order_and_never_beside_another_of_its_subject(subjects: list[str], random: object) -> None:
    turns = Turns()
    running: list[str] = []
    done: list[tuple[str, int]] = []

    def starting(subject: str, number: int) -> None:
        assert subject not in running
        running.append(subject)
        done.append((subject, number))

    for number, subject in enumerate(subjects):
        turns.take(subject, lambda subject=subject, number=number: starting(subject, number))  # type: ignore[misc]
        if running and random.random() < 0.5:  # type: ignore[attr-defined]
            finish(turns, running, random.choice(running))  # type: ignore[attr-defined]
    while running:
        finish(turns, running, running[0])
    assert sorted(done) == sorted((subject, number) for number, subject in enumerate(subjects))
    for subject in "abc":
        numbers = [number for found, number in done if found == subject]
        assert numbers == sorted(numbers)


def finish(turns: Turns, running: list[str], subject: str) -> None:
    running.remove(subject)
    start = turns.next_of(subject)
    if start is not None:
        start()


def test_a_closed_one_starts_nothing_more() -> None:
    turns = Turns()
    started: list[int] = []
    for number in range(3):
        turns.take("a", lambda number=number: started.append(number))  # type: ignore[misc]
    turns.close()
    assert turns.next_of("a") is None
    assert started == [0]
