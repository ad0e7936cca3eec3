"""Schemathesis against the running gateway: no answer of 500 or above, no error without a stable code, no hang."""
