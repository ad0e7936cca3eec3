"""`python -m deploy.local run|infra|test|reset|status`."""

from deploy.local.cli import main

main()
