"""The one exception that a user is meant to read."""


class InputError(Exception):
    """Input that cannot be used.

    The message is one line: what is wrong, where, and how to mend it. A job that raises it ends
    with that line alone; any other exception is a defect and ends with its traceback.
    """
