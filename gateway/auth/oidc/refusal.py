"""Why a token is not believed: for the log. Whoever sent it is told only that it is not."""


class TokenRefused(Exception):
    """The message is the reason; it holds nothing of the token that could be used."""
