"""Calls over a network that are tried again when the fault may pass."""

import logging
from collections.abc import Callable
from typing import TypeVar

from tenacity import Retrying, before_sleep_log, retry_if_exception, stop_after_attempt
from tenacity.wait import wait_exponential

logger = logging.getLogger(__name__)
Answer = TypeVar("Answer")
ATTEMPTS = 5
LONGEST_PAUSE = 60.0
"""s; between two attempts: 1, 2, 4, 8 … up to this."""


def with_retries(call: Callable[[], Answer], passing: Callable[[BaseException], bool]) -> Answer:
    """Return what `call` returns, tried again after growing pauses while `passing` allows it.

    Raises the error of the last attempt.
    """
    attempts = Retrying(
        retry=retry_if_exception(passing),
        stop=stop_after_attempt(ATTEMPTS),
        wait=wait_exponential(multiplier=1, max=LONGEST_PAUSE),
        before_sleep=before_sleep_log(logger, logging.WARNING),
        reraise=True,
    )
    return attempts(call)
