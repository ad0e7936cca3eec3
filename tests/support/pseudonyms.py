"""The key of pseudonyms of tests that run use cases in their own process."""

from typing import Final

from services.chassis.kernel.pseudonym import Pseudonyms

PSEUDONYMS: Final = Pseudonyms(b"the key of pseudonyms of the tests")
