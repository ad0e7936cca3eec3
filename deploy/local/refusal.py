"""The one way the local runtime says no."""


class Refusal(Exception):
    """Something the person at the terminal has to decide. The message is one sentence that says what to do."""
