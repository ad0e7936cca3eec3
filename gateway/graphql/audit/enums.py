"""The enumerations of the audit log."""

from gateway.graphql.core.enums import enumeration

AuditEntryKind = enumeration(
    "AuditEntryKind",
    "What an entry of the audit log tells of.",
    {"write": "Something was changed.", "read": "Personal data was read or exported."},
)

AuditActorKind = enumeration(
    "AuditActorKind",
    "What kind of actor did something.",
    {
        "person": "A person who was signed in.",
        "application": "A machine with a token of its own.",
        "gateway": "The platform's gateway, on behalf of nobody.",
        "operator": "Somebody who runs the platform, at its command line.",
        "message": "A message of another service, which this followed from.",
        "anonymous": "Nobody who is known.",
    },
)
