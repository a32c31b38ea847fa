"""The limits of what is read are those of the configuration, and whole numbers above zero."""

from typing import Any

import pytest

from builders.settings import SECTIONS, fault, with_key
from ccdcgan.core.settings.limits import USUAL


def test_readers_that_are_told_none_have_those_of_the_default_configuration() -> None:
    assert SECTIONS.data.limits == USUAL


@pytest.mark.parametrize("value", [0, -1, 60.0, "many", None, float("nan"), True])
@pytest.mark.parametrize("key", list(USUAL.model_dump()))
def test_faults(key: str, value: Any) -> None:
    assert f"data.limits.{key}: " in fault(with_key(f"data.limits.{key}", value))
