"""`python -m services.membership serve | relay | indexes`."""

from services.chassis.runtime.main import main

main("membership")
