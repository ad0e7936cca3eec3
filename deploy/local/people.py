"""Sample people without a browser: their bearer tokens."""

from deploy.local.issuer.people import read_people
from deploy.local.issuer.tokens import Mint
from deploy.local.refusal import Refusal
from deploy.local.settings import Settings


def token_of(settings: Settings, subject: str) -> str:
    """A bearer token of `subject`. Raises Refusal when nobody has that name, and when the issuer is not ours."""
    if settings.foreign_issuers:
        raise Refusal("ISSUERS or ISSUERS_FILE is set, so tokens come from those issuers: get one there.")
    people = read_people()
    if subject not in people:
        found = f"{subject} is none of them" if subject else "AS is not set"
        raise Refusal(f"{found}: choose one of the sample people, AS={' or AS='.join(people)}.")
    return Mint.in_directory(settings.issuer_directory, issuer=settings.issuer_uri).access_token(people[subject])
