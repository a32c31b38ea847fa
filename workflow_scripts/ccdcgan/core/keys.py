"""The key of the Materials Project: where it is, and that it stays there."""

import logging
import os

KEY = "MP_API_KEY"
KEY_LENGTH = 32


def without_key(text: str) -> str:
    """A text in which the name of the variable stands in place of the key."""
    key = os.environ.get(KEY, "")
    return text.replace(key, f"<{KEY}>") if len(key) == KEY_LENGTH else text


def environment_without_key() -> dict[str, str]:
    """The environment for programs that are started here."""
    return {name: value for name, value in os.environ.items() if name != KEY}


class KeylessFormatter(logging.Formatter):
    """Lines of a log, tracebacks included, without the key."""

    def format(self, record: logging.LogRecord) -> str:
        return without_key(super().format(record))
