"""Every code that the membership service answers with, beside those of `chassis.kernel.errors`.

    NotFound        UNKNOWN_COALITION, UNKNOWN_CITY, UNKNOWN_PLAN, NOT_FOUND (a member)
    InvalidInput    UNKNOWN_COUNTRY
    Conflict        COALITION_ALREADY_REGISTERED, PLAN_ALREADY_PUBLISHED, CITY_ALREADY_REGISTERED,
                    MEMBERSHIP_ALREADY_EXISTS, ALREADY_APPLIED, ALREADY_MEMBER, MILESTONE_ALREADY_RECORDED
    RuleViolation   DATE_IN_FUTURE, MILESTONE_OUT_OF_ORDER, WITHDRAWAL_WITHOUT_ADMISSION, DECISION_NEEDED,
                    NOT_A_CANDIDATE, DECISION_BEFORE_APPLICATION, BODY_MAY_NOT_DECIDE, VOTES_CONTRADICT_OUTCOME

Messages are written for a focal point in a city hall: they say what is wrong and what to do.
"""

from services.chassis.kernel.errors import Conflict, InvalidInput, NotFound, RuleViolation


class UnknownCoalition(NotFound):
    code = "UNKNOWN_COALITION"


class UnknownCity(NotFound):
    code = "UNKNOWN_CITY"


class UnknownPlan(NotFound):
    code = "UNKNOWN_PLAN"


class UnknownCountry(InvalidInput):
    code = "UNKNOWN_COUNTRY"


class CoalitionAlreadyRegistered(Conflict):
    code = "COALITION_ALREADY_REGISTERED"


class PlanAlreadyPublished(Conflict):
    code = "PLAN_ALREADY_PUBLISHED"


class CityAlreadyRegistered(Conflict):
    code = "CITY_ALREADY_REGISTERED"


class MembershipAlreadyExists(Conflict):
    code = "MEMBERSHIP_ALREADY_EXISTS"


class AlreadyApplied(Conflict):
    code = "ALREADY_APPLIED"


class AlreadyMember(Conflict):
    code = "ALREADY_MEMBER"


class MilestoneAlreadyRecorded(Conflict):
    code = "MILESTONE_ALREADY_RECORDED"


class DateInFuture(RuleViolation):
    code = "DATE_IN_FUTURE"


class MilestoneOutOfOrder(RuleViolation):
    code = "MILESTONE_OUT_OF_ORDER"


class WithdrawalWithoutAdmission(RuleViolation):
    code = "WITHDRAWAL_WITHOUT_ADMISSION"


class DecisionNeeded(RuleViolation):
    code = "DECISION_NEEDED"


class NotACandidate(RuleViolation):
    code = "NOT_A_CANDIDATE"


class DecisionBeforeApplication(RuleViolation):
    code = "DECISION_BEFORE_APPLICATION"


class BodyMayNotDecide(RuleViolation):
    code = "BODY_MAY_NOT_DECIDE"


class VotesContradictOutcome(RuleViolation):
    code = "VOTES_CONTRADICT_OUTCOME"
