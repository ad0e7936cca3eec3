"""`python -m services.reports serve | relay | indexes`."""

from services.chassis.runtime.main import main

main("reports")
