"""The section `export`."""

from typing import Any

import pytest

from builders.settings import fault, with_key


@pytest.mark.parametrize("value", [0, -0.1, "wide", None, float("nan"), True])
def test_faults(value: Any) -> None:
    assert "export.symprec: " in fault(with_key("export.symprec", value))


def test_a_tolerance_is_a_number_above_zero() -> None:
    assert fault(with_key("export.symprec", 0.01)) == ""
