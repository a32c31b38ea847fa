"""The error that a user reads is none of those that parsers raise."""

import pickle

import pytest

from ccdcgan.core.errors import InputError


@pytest.mark.parametrize("other", [KeyError, OSError, RuntimeError, TypeError, ValueError])
def test_what_catches_the_faults_of_parsers_lets_it_pass(other: type[Exception]) -> None:
    assert not issubclass(InputError, other)
    assert issubclass(InputError, Exception)


def test_the_line_survives_the_way_from_another_process() -> None:
    error = pickle.loads(pickle.dumps(InputError("mine.csv: no column 'id'; name it")))
    assert str(error) == "mine.csv: no column 'id'; name it"
