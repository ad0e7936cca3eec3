"""The person whom a request for an export or an erasure is about. Pure."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class DataSubject:
    """Known by their ids (one for each issuer that they sign in with), by the `pseudonym` of an e-mail address, or by
    both. `coalition` None: what is held of the person everywhere; else only what belongs to that coalition.
    `requested_by` is the id of who asks."""

    request_id: str
    requested_by: str
    coalition: str | None = None
    person_ids: tuple[str, ...] = ()
    pseudonym: str | None = None

    def has_part_in(self, coalition: str | None) -> bool:
        """Whether the request is about what belongs to `coalition`, or to none (None), too."""
        return self.coalition in (None, coalition)
