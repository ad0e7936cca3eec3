"""The enumerations of the membership service."""

from gateway.graphql.core.enums import enumeration
from services.rights import api_scopes, roles

LegalType = enumeration(
    "LegalType",
    "What kind of public body an entry of the city registry is.",
    {
        "city": "A city, town or municipality.",
        "borough": "A part of a city with an administration of its own.",
        "district": "A district made of several municipalities, such as a German Kreis.",
        "canton": "A canton of Switzerland.",
        "metropolitan_city": "A metropolitan city, such as Italy's città metropolitane.",
        "municipal_association": "An association of municipalities.",
        "region": "A region or province.",
        "other": "Another kind of public body.",
    },
)

MilestoneKind = enumeration(
    "MilestoneKind",
    "A step in the history of a membership. Each has a date of its own; they are rarely the same.",
    {
        "council_decision": "The city's council decided to join.",
        "declaration_of_intent": "The city declared that it intends to join.",
        "application": "The coalition received the city's application.",
        "act_of_accession": "The act of accession and commitment was signed.",
        "admission": "A body of the coalition admitted the city.",
        "refusal": "A body of the coalition refused the application.",
        "joining_association": "The city joined the registered association behind the coalition.",
        "withdrawal": "The city left.",
        "no_longer_listed": "The city is missing from the coalition's list, without proof that it left.",
    },
)

Standing = enumeration(
    "Standing",
    "Where a membership stands, derived from its milestones.",
    {
        "declared_intent": "An intention was declared; nothing more is known.",
        "candidate": "An application waits for its decision.",
        "member": "A member.",
        "refused": "The application was refused.",
        "former": "A member that withdrew.",
        "dormant": "No longer listed, without proof that it left.",
    },
)

DecisionOutcome = enumeration(
    "DecisionOutcome",
    "What was decided about an application.",
    {"admitted": "The city is a member from then on.", "refused": "The city is not admitted."},
)

DecisionBody = enumeration(
    "DecisionBody",
    "The body of a coalition that decided.",
    {
        "steering_committee": "The steering committee.",
        "general_assembly": "The general assembly of the members.",
        "executive_board": "The executive board.",
        "secretariat": "The secretariat.",
    },
)

MemberOrderField = enumeration(
    "MemberOrderField",
    "What members can be ordered by.",
    {
        "name": "The name of the first city.",
        "country": "The country, then the name.",
        "admitted_on": "The date of admission.",
        "population": "The population of the first city.",
        "distance": "The distance from the point of `near`, which must be given.",
    },
)

Role = enumeration(
    "Role",
    "What somebody is for the network, a coalition, a conference or a member; what that lets them do, "
    "the permission table says.",
    {role.value: text for role, text in roles.DESCRIPTIONS.items()},
)

ScopeKind = enumeration(
    "ScopeKind",
    "What a role is about.",
    {
        "network": "The whole network.",
        "coalition": "A coalition, with all that belongs to it.",
        "conference": "One conference.",
        "member": "One member.",
    },
)

ApiScope = enumeration(
    "ApiScope",
    "What an application may be let do, as far as its role may do it. What is public needs no scope.",
    {scope: api_scopes.description(scope) for scope in api_scopes.API_SCOPES},
)

InvitationStatus = enumeration(
    "InvitationStatus",
    "Where an invitation stands.",
    {
        "pending": "It waits for whoever was invited.",
        "accepted": "It was accepted; the role was given.",
        "revoked": "It was taken back.",
        "expired": "It waited too long, or its term is over.",
    },
)
