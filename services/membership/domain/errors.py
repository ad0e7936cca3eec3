"""Every code that the membership service answers with, beside those of `chassis.kernel.errors`.

    NotFound        UNKNOWN_COALITION, UNKNOWN_CITY, UNKNOWN_PLAN, UNKNOWN_TOKEN, UNKNOWN_PERSON, UNKNOWN_INVITATION,
                    NOT_FOUND (a member, an application, a grant)
    InvalidInput    UNKNOWN_COUNTRY
    Conflict        COALITION_ALREADY_REGISTERED, PLAN_ALREADY_PUBLISHED, CITY_ALREADY_REGISTERED,
                    MEMBERSHIP_ALREADY_EXISTS, ALREADY_APPLIED, ALREADY_MEMBER, MILESTONE_ALREADY_RECORDED,
                    APPLICATION_ALREADY_REVOKED, TOKEN_ALREADY_REVOKED, ALREADY_GRANTED, ALREADY_INVITED,
                    GRANT_ALREADY_REVOKED, INVITATION_ALREADY_USED, CONSENT_TEXT_ALREADY_PUBLISHED,
                    CONSENT_ALREADY_GIVEN, RULES_ALREADY_ADOPTED, DATA_ALREADY_REQUESTED
    RuleViolation   DATE_IN_FUTURE, MILESTONE_OUT_OF_ORDER, WITHDRAWAL_WITHOUT_ADMISSION, DECISION_NEEDED,
                    NOT_A_CANDIDATE, DECISION_BEFORE_APPLICATION, BODY_MAY_NOT_DECIDE, VOTES_CONTRADICT_OUTCOME,
                    APPLICATION_REVOKED, APPLICATION_EXPIRED, ROTATION_UNDER_WAY, LAST_ADMINISTRATOR,
                    INVITATION_EXPIRED, INVITATION_REVOKED, NO_FOCAL_POINT, SEVERAL_FOCAL_POINTS,
                    CONSENT_NOT_GIVEN, CONSENT_TEXT_NOT_IN_FORCE
    Forbidden       ROLE_NOT_YOURS_TO_GIVE, GRANT_TO_ONESELF, EMAIL_NOT_VERIFIED, EMAIL_DIFFERS

Messages are written for a focal point in a city hall: they say what is wrong and what to do.
"""

from services.chassis.kernel.errors import Conflict, Forbidden, InvalidInput, NotFound, RuleViolation


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


class RoleNotYoursToGive(Forbidden):
    code = "ROLE_NOT_YOURS_TO_GIVE"


class UnknownToken(NotFound):
    code = "UNKNOWN_TOKEN"


class ApplicationAlreadyRevoked(Conflict):
    code = "APPLICATION_ALREADY_REVOKED"


class TokenAlreadyRevoked(Conflict):
    code = "TOKEN_ALREADY_REVOKED"


class ApplicationRevoked(RuleViolation):
    code = "APPLICATION_REVOKED"


class ApplicationExpired(RuleViolation):
    code = "APPLICATION_EXPIRED"


class RotationUnderWay(RuleViolation):
    code = "ROTATION_UNDER_WAY"


class UnknownPerson(NotFound):
    code = "UNKNOWN_PERSON"


class UnknownInvitation(NotFound):
    code = "UNKNOWN_INVITATION"


class AlreadyGranted(Conflict):
    code = "ALREADY_GRANTED"


class AlreadyInvited(Conflict):
    code = "ALREADY_INVITED"


class GrantAlreadyRevoked(Conflict):
    code = "GRANT_ALREADY_REVOKED"


class InvitationAlreadyUsed(Conflict):
    code = "INVITATION_ALREADY_USED"


class LastAdministrator(RuleViolation):
    code = "LAST_ADMINISTRATOR"


class InvitationExpired(RuleViolation):
    code = "INVITATION_EXPIRED"


class InvitationRevoked(RuleViolation):
    code = "INVITATION_REVOKED"


class NoFocalPoint(RuleViolation):
    code = "NO_FOCAL_POINT"


class SeveralFocalPoints(RuleViolation):
    code = "SEVERAL_FOCAL_POINTS"


class GrantToOneself(Forbidden):
    code = "GRANT_TO_ONESELF"


class EmailNotVerified(Forbidden):
    code = "EMAIL_NOT_VERIFIED"


class EmailDiffers(Forbidden):
    code = "EMAIL_DIFFERS"


class ConsentTextAlreadyPublished(Conflict):
    code = "CONSENT_TEXT_ALREADY_PUBLISHED"


class ConsentAlreadyGiven(Conflict):
    code = "CONSENT_ALREADY_GIVEN"


class ConsentNotGiven(RuleViolation):
    code = "CONSENT_NOT_GIVEN"


class ConsentTextNotInForce(RuleViolation):
    code = "CONSENT_TEXT_NOT_IN_FORCE"


class RulesAlreadyAdopted(Conflict):
    code = "RULES_ALREADY_ADOPTED"


class DataAlreadyRequested(Conflict):
    code = "DATA_ALREADY_REQUESTED"
