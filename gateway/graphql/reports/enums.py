"""The enumerations of the reports service."""

from gateway.graphql.core.enums import enumeration

ReportStatus = enumeration(
    "ReportStatus",
    "How far a report is.",
    {"draft": "It is being written.", "submitted": "It was handed in and is not changed any more."},
)

AnswerStatus = enumeration(
    "AnswerStatus",
    "How far a city is with a commitment.",
    {
        "not_started": "Nothing was done yet.",
        "planned": "It is planned.",
        "in_progress": "It is under way.",
        "achieved": "It is achieved.",
        "not_applicable": "It does not apply to this city.",
    },
)

ObligationStatus = enumeration(
    "ObligationStatus",
    "Whether a report is still owed.",
    {
        "open": "It is owed.",
        "fulfilled": "The report was submitted.",
        "released": "It is not owed any more, because the member left.",
    },
)

DuePrecision = enumeration(
    "DuePrecision",
    "How exactly the date is known from which a due date was counted. It is counted from the end of the known period.",
    {
        "day": "To the day.",
        "month": "To the month.",
        "year": "To the year.",
        "unknown": "Not at all: there is no due date.",
    },
)
