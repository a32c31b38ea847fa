"""Faults that may pass are survived, others end at once."""

from collections.abc import Callable

import pytest

from ccdcgan.data.sources import retries
from ccdcgan.data.sources.retries import ATTEMPTS, with_retries


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retries, "LONGEST_PAUSE", 0.001)


class Server:
    """Answers its number of calls after so many faults."""

    def __init__(self, faults: int, error: Exception) -> None:
        self.faults, self.error, self.asked = faults, error, 0

    def __call__(self) -> int:
        self.asked += 1
        if self.asked <= self.faults:
            raise self.error
        return self.asked


def is_connection(error: BaseException) -> bool:
    return isinstance(error, ConnectionError)


@pytest.mark.parametrize("faults", [0, 1, ATTEMPTS - 1])
def test_a_passing_fault_is_survived(faults: int) -> None:
    assert with_retries(Server(faults, ConnectionError()), is_connection) == faults + 1


@pytest.mark.parametrize(
    ("error", "asked"), [(ConnectionError("down"), ATTEMPTS), (ValueError("wrong"), 1)]
)
def test_the_last_fault_is_told(error: Exception, asked: int) -> None:
    server = Server(ATTEMPTS, error)
    call: Callable[[], int] = server
    with pytest.raises(type(error), match=str(error)):
        with_retries(call, is_connection)
    assert server.asked == asked
