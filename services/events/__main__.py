"""`python -m services.events serve | relay | indexes`."""

from services.chassis.runtime.main import main

main("events")
