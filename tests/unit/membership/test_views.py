"""What callers see."""

from services.membership.domain.milestones import Milestone, MilestoneKind
from services.membership.domain.standing import Standing
from services.membership.schemas import views

from .examples import AMT, ECCAR, GRAZ, MEMBER_ID, PLAN_2004, RATZEBURG, day, decision, membership, milestone
from .test_messages import ADMITTED


def test_a_member() -> None:
    assert views.MEMBER.one(ADMITTED) == {
        "id": MEMBER_ID,
        "coalition": "eccar",
        "version": 2,
        "cities": [
            {"id": RATZEBURG.id, "name": "Ratzeburg", "country": "DE"},
            {"id": AMT.id, "name": "Amt Lauenburgische Seen", "country": "DE"},
        ],
        "milestones": [
            {"kind": "council_decision", "date": "2025-03", "source": None, "note": None},
            {"kind": "application", "date": "2025-04-02", "source": None, "note": None},
            {"kind": "admission", "date": "2025-10-24", "source": None, "note": None},
        ],
        "standing": "member",
        "applied_on": "2025-04-02",
        "admitted_on": "2025-10-24",
        "plan_id": PLAN_2004.id,
        "selected_commitments": [1, 7],
        "decision": {
            "outcome": "admitted",
            "body": "steering_committee",
            "decided_on": "2025-10-24",
            "votes": {"in_favour": 40, "against": 0, "abstentions": 1},
            "note": None,
        },
        "source": None,
    }


def test_what_is_unknown_of_a_member_is_null() -> None:
    view = views.MEMBER.one(membership(Milestone(kind=MilestoneKind.ADMISSION, source="a list", note="no date")))
    assert view["milestones"] == [{"kind": "admission", "date": None, "source": "a list", "note": "no date"}]
    unknown = ("applied_on", "admitted_on", "plan_id", "selected_commitments", "decision", "source")
    assert [view[name] for name in unknown] == [None] * len(unknown)


def test_uncounted_votes_are_null() -> None:
    view = views.MEMBER.one(membership(milestone("admission"), decision=decision()))
    assert view["decision"]["votes"] is None


def test_a_city() -> None:
    assert views.CITY.one(GRAZ) == {
        "id": GRAZ.id,
        "version": 1,
        "name": "Graz",
        "alternative_names": ["Gradec"],
        "country": "AT",
        "legal_type": "city",
        "geonames_id": 2778067,
        "population": 303270,
        "population_year": 2024,
        "latitude": 47.0673,
        "longitude": 15.442,
        "source": "etc-graz.at",
    }


def test_a_plan() -> None:
    view = views.PLAN.one(PLAN_2004)
    assert view["commitments"][2] == {
        "number": 7,
        "group": None,
        "title": {"original": "en", "texts": {"en": "Commitment 7"}},
        "summary": None,
        "themes": [],
        "concepts": [],
    }
    del view["commitments"]
    assert view == {
        "id": PLAN_2004.id,
        "coalition": "eccar",
        "version": "2004",
        "adopted": "2004-12-10",
        "adopted_in": None,
        "is_complete": True,
        "source": "nuernberg.de",
        "groups": [],
    }


def test_a_coalition() -> None:
    assert views.COALITION.one(ECCAR) == {
        "key": "eccar",
        "version": 1,
        "acronym": "ECCAR",
        "name": {"original": "en", "texts": {"en": "European Coalition of Cities against Racism"}},
        "former_name": None,
        "region": "Europe",
        "m49": ["150"],
        "launched": "2004-12-10",
        "launched_in": "Nuremberg",
        "languages": ["en", "de"],
        "currency": "EUR",
        "legal_form": None,
        "office": None,
        "lead_city": None,
        "secretariat": None,
        "members_claimed": None,
        "sub_regional_leads": [],
        "national_arms": [],
        "founders": [],
        "admits": [],
        "source": "eccar.info",
        "reporting_rules": [
            {
                "valid_from": None,
                "first_report_after_months": 24,
                "interval_months": 24,
                "is_sample": False,
                "source": None,
            }
        ],
        "admission_rules": [],
    }


def test_a_batch_keeps_its_gaps() -> None:
    assert [view and view["name"] for view in views.CITY.batch([None, GRAZ, None])] == [None, "Graz", None]


def test_counts_name_every_standing() -> None:
    counted = dict.fromkeys(Standing, 0) | {Standing.MEMBER: 123, Standing.CANDIDATE: 7}
    assert views.counts(counted) == {
        "by_standing": {
            "declared_intent": 0,
            "candidate": 7,
            "member": 123,
            "refused": 0,
            "former": 0,
            "dormant": 0,
        },
        "total": 130,
    }


def test_dates_keep_their_precision() -> None:
    assert views.MEMBER.one(membership(milestone("admission", "2006")))["admitted_on"] == str(day("2006")) == "2006"
