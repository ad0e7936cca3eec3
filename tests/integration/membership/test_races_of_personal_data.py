"""What several do at the same moment to the same request or consent comes out as if one had come after the other."""

from functools import partial

import pytest

from .personal import Personal
from .test_races import outcomes

TEXT = {
    "coalition": "eccar",
    "purpose": "photos",
    "version": "1",
    "text": {"original": "en", "texts": {"en": "Yes"}},
    "valid_from": "2026-01-01",
}


@pytest.mark.parametrize("round_", range(5))
def test_receipts_of_all_services_at_once_are_all_counted(personal: Personal, round_: int) -> None:
    request = personal.request("bea", "export")["id"]

    done = outcomes(
        [partial(personal.receipt, each, request, "exported") for each in ("membership", "events", "reports")]
    )

    status = personal.status("bea", request)
    assert done == {"done": 3}
    assert (status["status"], status["version"], len(status["receipts"])) == ("done", 4, 3)


def test_the_same_asked_for_many_times_at_once_is_one_request(personal: Personal) -> None:
    assert outcomes([partial(personal.request, "bea", "erasure")] * 4) == {"done": 1, "DATA_ALREADY_REQUESTED": 3}

    assert personal.database["data_requests"].count_documents({}) == 1
    assert personal.database["outbox"].count_documents({"type": "membership.erasure_requested.v1"}) == 1


def test_a_consent_given_many_times_at_once_is_one(personal: Personal) -> None:
    personal.grant("ada", "administrator")
    personal.tell("ada", "publish_consent_text", **TEXT)
    give = partial(personal.tell, "bea", "give_consent", coalition="eccar", purpose="photos", text_version="1")

    assert outcomes([give] * 4) == {"done": 1, "CONSENT_ALREADY_GIVEN": 3}

    assert personal.database["consents"].count_documents({}) == 1
