"""A request is done when every service has sent its receipt, in whatever order and however often."""

from datetime import UTC, datetime, timedelta
from typing import Final

from hypothesis import given
from hypothesis import strategies as st

from services.membership.domain.data_requests import (
    ANSWERED_WITHIN,
    SERVICES,
    DataRequest,
    RequestKind,
    RequestStatus,
    ServiceReceipt,
)
from services.personal.receipts import Counted

NOW: Final = datetime(2026, 9, 1, 9, 30, tzinfo=UTC)
REQUEST: Final = DataRequest(
    id="r",
    version=1,
    kind=RequestKind.ERASURE,
    within=None,
    person_ids=("ada",),
    pseudonym=None,
    requested_by="ada",
    requested_at=NOW,
)


def receipt(service: str, *, after: int = 1) -> ServiceReceipt:
    at = NOW + timedelta(minutes=after)
    return ServiceReceipt(service=service, at=at, counts=(Counted(what="things", count=1),), kept=())


@given(st.permutations(SERVICES), st.lists(st.sampled_from(SERVICES), max_size=5))
def test_it_is_done_with_the_last_receipt_and_counts_none_twice(order: list[str], again: list[str]) -> None:
    request = REQUEST
    for number, service in enumerate([*order, *again]):
        before = request
        request = request.answered(receipt(service, after=number))
        if service in [each.service for each in before.receipts]:
            assert request is before
        else:
            assert request.version == before.version + 1

    assert request.status is RequestStatus.DONE
    assert request.done_at == NOW + timedelta(minutes=len(SERVICES) - 1)
    assert (request.missing, [each.service for each in request.receipts]) == ((), order)


@given(st.sets(st.sampled_from(SERVICES), max_size=len(SERVICES) - 1))
def test_it_is_open_as_long_as_one_is_missing(answered: set[str]) -> None:
    request = REQUEST
    for service in answered:
        request = request.answered(receipt(service))

    assert request.status is RequestStatus.OPEN
    assert set(request.missing) == set(SERVICES) - answered


def test_a_service_that_was_not_asked_adds_nothing() -> None:
    assert REQUEST.answered(receipt("fees")) is REQUEST


def test_after_a_day_it_stands_out_unless_it_is_done() -> None:
    deadline = NOW + ANSWERED_WITHIN
    done = REQUEST
    for service in SERVICES:
        done = done.answered(receipt(service))

    assert (REQUEST.is_overdue(deadline - timedelta(seconds=1)), REQUEST.is_overdue(deadline)) == (False, True)
    assert done.is_overdue(deadline + timedelta(days=365)) is False
