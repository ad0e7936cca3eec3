"""The enumerations of the events service."""

from gateway.graphql.core.enums import enumeration

ConferenceKind = enumeration(
    "ConferenceKind",
    "What kind of meeting it is.",
    {
        "founding_meeting": "The meeting that founded a coalition.",
        "general_conference": "A conference open to all who are interested.",
        "general_assembly": "The statutory assembly of the members.",
        "steering_committee": "A meeting of the steering committee.",
        "members_session": "A session of the members.",
        "workshop": "A workshop.",
        "other": "Another kind of meeting.",
    },
)

ConferenceMode = enumeration(
    "ConferenceMode",
    "How one can take part.",
    {"in_person": "On site only.", "online": "Online only.", "hybrid": "On site or online."},
)

Attendance = enumeration(
    "Attendance",
    "How a delegate takes part.",
    {"on_site": "On site.", "online": "Online."},
)

RegistrationStatus = enumeration(
    "RegistrationStatus",
    "Whether a registration holds.",
    {"confirmed": "The delegate has a seat.", "cancelled": "The seat was given back."},
)

ConferenceOrderField = enumeration(
    "ConferenceOrderField",
    "What conferences can be ordered by.",
    {"start_date": "The first day."},
)
