"""The enumerations about personal data."""

from gateway.graphql.core.enums import enumeration

ContactVisibility = enumeration(
    "ContactVisibility",
    "Who may see a field of a contact.",
    {
        "public": "Everybody.",
        "members": "Whoever has a role in the coalition.",
        "secretariat": "The coalition's secretariat and administrators, and the member's focal point.",
        "self": "The person alone.",
    },
)

ConsentPurpose = enumeration(
    "ConsentPurpose",
    "What a person consents to, each for itself.",
    {
        "special_needs": "That what one eats and needs at a conference is kept until it is over.",
        "photos": "To be seen in photos.",
        "recording": "To be seen and heard in recordings.",
        "participant_list": "To stand in the list of participants.",
        "public_contact": "That one's contact is public.",
    },
)

ConsentAct = enumeration(
    "ConsentAct",
    "What a person said.",
    {"given": "They agreed.", "withdrawn": "They took it back."},
)

RetentionCategory = enumeration(
    "RetentionCategory",
    "A kind of personal data that is kept for a while.",
    {
        "special_needs": "What delegates eat and need; counted from the last day of the conference.",
        "registrations": "Names and addresses of delegates; counted from the last day of the conference.",
        "contacts": "Contacts of members; counted from the day on which they were last confirmed.",
        "invitations": "Invitations to a role; counted from the last day on which they were good.",
        "data_requests": "Requests for exports and erasures; counted from the day on which they were answered.",
        "responsibilities": "Who works on a draft or sent its files; counted from the day on which the report was due.",
    },
)

DataRequestKind = enumeration(
    "DataRequestKind",
    "What is asked for.",
    {
        "export": "To be given what is held of a person.",
        "erasure": "To have erased what is held of a person.",
    },
)

DataRequestStatus = enumeration(
    "DataRequestStatus",
    "Where a request stands.",
    {"open": "Some service has not answered yet.", "done": "All services have answered."},
)
