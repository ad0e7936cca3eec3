"""Application, decision, further steps: what is decided, and what is refused with which code."""

from dataclasses import replace
from datetime import date

import pytest

from services.chassis.kernel.errors import InvalidInput, ServiceError
from services.membership.domain.accession import applied, continued, decided, recorded
from services.membership.domain.body import Body
from services.membership.domain.errors import (
    AlreadyApplied,
    AlreadyMember,
    BodyMayNotDecide,
    DateInFuture,
    DecisionBeforeApplication,
    DecisionNeeded,
    MembershipAlreadyExists,
    MilestoneAlreadyRecorded,
    MilestoneOutOfOrder,
    NotACandidate,
    UnknownPlan,
    VotesContradictOutcome,
    WithdrawalWithoutAdmission,
)
from services.membership.domain.membership import Membership
from services.membership.domain.milestones import Milestone
from services.membership.domain.plan import Plan
from services.membership.domain.requests import RecordMembership
from services.membership.domain.standing import Standing

from .examples import (
    AMT,
    ECCAR,
    GRAZ,
    MEMBER_ID,
    NEXT_ID,
    NOW,
    PLAN_2004,
    RATZEBURG,
    application,
    coalition_deciding_by,
    day,
    decision,
    given,
    membership,
    milestone,
    plan,
)

CANDIDATE = membership(milestone("application", "2026-10-01"))
MEMBER = membership(milestone("admission", "2006"))
INTENT = membership(milestone("declaration_of_intent", "2004-12-10"))
FORMER = membership(milestone("admission", "2006"), milestone("withdrawal", "2015"))
REFUSED = membership(milestone("application"), milestone("refusal"))
DORMANT = membership(milestone("admission"), milestone("no_longer_listed"))


class TestApplication:
    def test_one_city_applies(self) -> None:
        candidate = applied(application(GRAZ, decided_on=day("2026-09"), contact_note="Ms Y"), given(GRAZ))
        assert candidate == Membership(
            id=NEXT_ID,
            coalition="eccar",
            version=1,
            cities=candidate.cities,
            milestones=(milestone("council_decision", "2026-09"), milestone("application", "2026-10-01")),
            plan_id=PLAN_2004.id,
            plan_version="2004",
            contact_note="Ms Y",
        )
        assert candidate.standing is Standing.CANDIDATE
        assert (candidate.applied_on, candidate.admitted_on) == (day("2026-10-01"), None)

    def test_two_bodies_apply_together_and_are_one_candidate(self) -> None:
        candidate = applied(application(RATZEBURG, AMT), given(RATZEBURG, AMT))
        assert candidate.city_ids == (RATZEBURG.id, AMT.id)
        assert candidate.label == "Ratzeburg / Amt Lauenburgische Seen"

    @pytest.mark.parametrize(
        ("existing", "error"), [(CANDIDATE, AlreadyApplied), (MEMBER, AlreadyMember)], ids=["candidate", "member"]
    )
    def test_who_has_a_living_membership_does_not_apply_again(
        self, existing: Membership, error: type[ServiceError]
    ) -> None:
        with pytest.raises(error, match="Graz"):
            applied(application(GRAZ), given(GRAZ, existing=(existing,)))

    def test_one_of_two_bodies_being_a_member_is_enough_to_refuse(self) -> None:
        member = membership(milestone("admission"), cities=(AMT,))
        with pytest.raises(AlreadyMember, match="Amt Lauenburgische Seen"):
            applied(application(RATZEBURG, AMT), given(RATZEBURG, AMT, existing=(member,)))

    @pytest.mark.parametrize("over", [FORMER, REFUSED, DORMANT], ids=["former", "refused", "dormant"])
    def test_what_is_not_living_does_not_keep_a_city_from_applying_again(self, over: Membership) -> None:
        assert applied(application(GRAZ), given(GRAZ, existing=(over,))).id == NEXT_ID

    def test_a_declared_intent_goes_on_as_the_same_membership(self) -> None:
        candidate = applied(application(GRAZ), given(GRAZ, existing=(FORMER, INTENT)))
        assert (candidate.id, candidate.version) == (MEMBER_ID, 2)
        assert candidate.milestones == (
            milestone("declaration_of_intent", "2004-12-10"),
            milestone("application", "2026-10-01"),
        )
        assert candidate.plan_id == PLAN_2004.id

    def test_an_intent_of_other_cities_does_not_go_on(self) -> None:
        alone = membership(milestone("declaration_of_intent"), cities=(RATZEBURG,))
        with pytest.raises(MembershipAlreadyExists):
            applied(application(RATZEBURG, AMT), given(RATZEBURG, AMT, existing=(alone,)))
        together = membership(milestone("declaration_of_intent"), cities=(RATZEBURG, AMT))
        with pytest.raises(MembershipAlreadyExists):
            applied(application(RATZEBURG), given(RATZEBURG, existing=(together,)))

    def test_a_step_on_record_is_not_entered_again(self) -> None:
        with pytest.raises(MilestoneAlreadyRecorded):
            applied(application(GRAZ, declared_on=day("2026")), given(GRAZ, existing=(INTENT,)))

    @pytest.mark.parametrize(
        ("values", "field"),
        [
            ({"applied_on": date(2026, 11, 26)}, "applied_on"),
            ({"decided_on": day("2027")}, "decided_on"),
            ({"declared_on": day("2026-12")}, "declared_on"),
        ],
    )
    def test_nothing_of_it_lies_in_the_future(self, values: dict[str, date], field: str) -> None:
        with pytest.raises(DateInFuture) as caught:
            applied(application(GRAZ, **values), given(GRAZ))
        assert caught.value.path == (field,)

    def test_a_period_that_has_begun_is_not_in_the_future(self) -> None:
        applied(application(GRAZ, applied_on=date(2026, 11, 24), decided_on=day("2026")), given(GRAZ))

    def test_what_is_today_somewhere_on_earth_is_not_in_the_future(self) -> None:
        """At 10:30 UTC it is tomorrow already in Kiritimati; at 09:30 it is nowhere."""
        tomorrow = application(GRAZ, applied_on=date(2026, 11, 25))
        with pytest.raises(DateInFuture):
            applied(tomorrow, given(GRAZ))
        applied(tomorrow, replace(given(GRAZ), now=NOW.replace(hour=10)))

    def test_the_council_decides_before_the_city_applies(self) -> None:
        with pytest.raises(MilestoneOutOfOrder):
            applied(application(GRAZ, decided_on=day("2026-10-02")), given(GRAZ))

    def test_a_selection_names_commitments_of_the_plan(self) -> None:
        candidate = applied(application(GRAZ, selected_commitments=(7, 1)), given(GRAZ))
        assert candidate.selected_commitments == (7, 1)
        with pytest.raises(InvalidInput) as caught:
            applied(application(GRAZ, selected_commitments=(7, 3)), given(GRAZ))
        assert [(each.path, each.code) for each in caught.value.violations] == [
            (("selected_commitments", 1), "UNKNOWN_COMMITMENT")
        ]

    def test_without_a_known_plan_nothing_can_be_selected(self) -> None:
        assert applied(application(GRAZ), given(GRAZ, plans=())).plan_id is None
        with pytest.raises(InvalidInput) as caught:
            applied(application(GRAZ, selected_commitments=(1,)), given(GRAZ, plans=()))
        assert caught.value.violations[0].code == "NO_PLAN"


class TestDecision:
    def test_a_candidate_is_admitted(self) -> None:
        taken = decision(votes=(24, 0, 2))
        member = decided(CANDIDATE, taken, coalition=ECCAR, plans=[PLAN_2004], now=NOW)
        assert member.standing is Standing.MEMBER
        assert member.admitted_on == day("2026-11-20")
        assert (member.version, member.decision, member.plan_version) == (2, taken, "2004")

    def test_a_candidate_is_refused_and_that_is_the_end(self) -> None:
        refused = decided(CANDIDATE, decision("refused"), coalition=ECCAR, plans=[PLAN_2004], now=NOW)
        assert refused.standing is Standing.REFUSED
        assert refused.admitted_on is None
        assert refused.milestones[-1] == milestone("refusal", "2026-11-20")

    @pytest.mark.parametrize("other", [MEMBER, INTENT, FORMER, REFUSED, DORMANT])
    def test_only_a_candidate_is_decided_on(self, other: Membership) -> None:
        with pytest.raises(NotACandidate):
            decided(other, decision(), coalition=ECCAR, plans=[], now=NOW)

    def test_no_decision_lies_before_its_application_or_in_the_future(self) -> None:
        with pytest.raises(DecisionBeforeApplication):
            decided(CANDIDATE, decision(on=date(2026, 9, 30)), coalition=ECCAR, plans=[], now=NOW)
        with pytest.raises(DateInFuture):
            decided(CANDIDATE, decision(on=date(2026, 11, 26)), coalition=ECCAR, plans=[], now=NOW)
        same_day = decided(CANDIDATE, decision(on=date(2026, 10, 1)), coalition=ECCAR, plans=[], now=NOW)
        assert same_day.standing is Standing.MEMBER

    @pytest.mark.parametrize("votes", [(0, 0, 0), (5, 5, 0), (4, 5, 30)])
    def test_without_a_majority_nobody_is_admitted(self, votes: tuple[int, int, int]) -> None:
        with pytest.raises(VotesContradictOutcome):
            decided(CANDIDATE, decision(votes=votes), coalition=ECCAR, plans=[], now=NOW)
        refused = decided(CANDIDATE, decision("refused", votes=votes), coalition=ECCAR, plans=[], now=NOW)
        assert refused.standing is Standing.REFUSED

    def test_a_narrow_majority_admits_and_abstentions_do_not_count(self) -> None:
        member = decided(CANDIDATE, decision(votes=(5, 4, 100)), coalition=ECCAR, plans=[], now=NOW)
        assert member.standing is Standing.MEMBER

    def test_a_coalition_may_refuse_in_spite_of_a_simple_majority(self) -> None:
        refused = decided(CANDIDATE, decision("refused", votes=(9, 4, 0)), coalition=ECCAR, plans=[], now=NOW)
        assert refused.standing is Standing.REFUSED

    @pytest.mark.parametrize("body", list(Body))
    def test_as_long_as_no_rule_is_known_every_body_may_decide(self, body: Body) -> None:
        decided(CANDIDATE, decision(body=body), coalition=ECCAR, plans=[], now=NOW)

    def test_the_coalitions_own_rule_of_that_day_says_who_decides(self) -> None:
        strict = coalition_deciding_by(
            (date(2026, 11, 1), Body.GENERAL_ASSEMBLY),
            (None, Body.STEERING_COMMITTEE),
            (date(2027, 1, 1), Body.SECRETARIAT),
        )
        october = decision(on=date(2026, 10, 31), body=Body.STEERING_COMMITTEE)
        decided(CANDIDATE, october, coalition=strict, plans=[], now=NOW)
        first_day = decision(on=date(2026, 11, 1), body=Body.STEERING_COMMITTEE)
        with pytest.raises(BodyMayNotDecide, match="general assembly"):
            decided(CANDIDATE, first_day, coalition=strict, plans=[], now=NOW)
        assembly = replace(first_day, body=Body.GENERAL_ASSEMBLY)
        assert decided(CANDIDATE, assembly, coalition=strict, plans=[], now=NOW).standing is Standing.MEMBER

    def test_the_plan_in_force_at_the_admission_counts(self) -> None:
        newer = plan("2026", adopted="2026-11-01", number=2)
        candidate = CANDIDATE.under(PLAN_2004)
        member = decided(candidate, decision(), coalition=ECCAR, plans=[PLAN_2004, newer], now=NOW)
        assert (member.plan_id, member.plan_version) == (newer.id, "2026")

    def test_a_selection_keeps_the_plan_whose_numbers_it_names(self) -> None:
        newer = plan("2026", adopted="2026-11-01", number=2)
        candidate = replace(CANDIDATE.under(PLAN_2004), selected_commitments=(1, 7))
        member = decided(candidate, decision(), coalition=ECCAR, plans=[PLAN_2004, newer], now=NOW)
        assert (member.plan_version, member.selected_commitments) == ("2004", (1, 7))


class TestFurtherSteps:
    def go_on(self, before: Membership, step: Milestone, *plans: Plan) -> Membership:
        return continued(before, step, plans=plans, now=NOW)

    def test_a_member_joins_the_association_and_withdraws(self) -> None:
        joined = self.go_on(MEMBER, milestone("joining_association", "2009-01-01"))
        assert (joined.version, joined.standing) == (2, Standing.MEMBER)
        left = self.go_on(joined, milestone("withdrawal", "2015"))
        assert (left.version, left.standing) == (3, Standing.FORMER)

    def test_a_candidate_cannot_withdraw(self) -> None:
        with pytest.raises(WithdrawalWithoutAdmission):
            self.go_on(CANDIDATE, milestone("withdrawal", "2026-11"))

    @pytest.mark.parametrize("kind", ["admission", "refusal"])
    def test_an_admission_is_a_decision(self, kind: str) -> None:
        with pytest.raises(DecisionNeeded):
            self.go_on(CANDIDATE, milestone(kind, "2026-11-01"))

    def test_no_step_lies_in_the_future(self) -> None:
        with pytest.raises(DateInFuture):
            self.go_on(MEMBER, milestone("withdrawal", "2027-01-01"))

    def test_who_becomes_a_candidate_is_pinned_to_the_plan_of_that_day(self) -> None:
        candidate = self.go_on(INTENT, milestone("application", "2005"), PLAN_2004)
        assert (candidate.standing, candidate.plan_version) == (Standing.CANDIDATE, "2004")

    def test_a_further_step_of_a_member_leaves_its_plan_alone(self) -> None:
        pinned = MEMBER.under(PLAN_2004)
        assert self.go_on(pinned, milestone("act_of_accession", "2006")).plan_id == PLAN_2004.id

    def test_the_unproven_exit_of_a_dormant_member_may_be_proven_later(self) -> None:
        assert self.go_on(DORMANT, milestone("withdrawal", "2014")).standing is Standing.FORMER


class TestHistory:
    def command(self, *milestones: Milestone, plan_version: str | None = None) -> RecordMembership:
        return RecordMembership(
            coalition="eccar", cities=(GRAZ.id,), milestones=milestones, plan_version=plan_version, source="archive"
        )

    def test_what_is_known_is_entered(self) -> None:
        member = recorded(self.command(milestone("admission", "2006")), given(GRAZ))
        assert (member.id, member.version, member.standing, member.source) == (NEXT_ID, 1, Standing.MEMBER, "archive")
        assert member.plan_version == "2004"

    @pytest.mark.parametrize("existing", [MEMBER, CANDIDATE, INTENT, DORMANT])
    def test_what_is_not_over_is_continued_not_opened_again(self, existing: Membership) -> None:
        with pytest.raises(MembershipAlreadyExists):
            recorded(self.command(milestone("admission")), given(GRAZ, existing=(existing,)))

    @pytest.mark.parametrize("over", [FORMER, REFUSED])
    def test_after_an_end_there_may_be_another_membership(self, over: Membership) -> None:
        assert recorded(self.command(milestone("admission")), given(GRAZ, existing=(over,))).id == NEXT_ID

    def test_a_plan_can_be_named(self) -> None:
        plans = (PLAN_2004, plan("2026", adopted="2026", number=2))
        named = recorded(self.command(milestone("admission"), plan_version="2004"), given(GRAZ, plans=plans))
        assert named.plan_id == PLAN_2004.id
        with pytest.raises(UnknownPlan):
            recorded(self.command(milestone("admission"), plan_version="1999"), given(GRAZ, plans=plans))

    def test_who_only_declared_an_intent_is_under_no_plan(self) -> None:
        assert recorded(self.command(milestone("declaration_of_intent", "2026")), given(GRAZ)).plan_id is None

    def test_a_future_date_is_named_by_its_place(self) -> None:
        with pytest.raises(DateInFuture) as caught:
            recorded(self.command(milestone("application", "2006"), milestone("admission", "2027")), given(GRAZ))
        assert caught.value.path == ("milestones", 1, "date")

    def test_a_wrong_order_is_refused(self) -> None:
        with pytest.raises(WithdrawalWithoutAdmission):
            recorded(self.command(milestone("withdrawal", "2006")), given(GRAZ))
