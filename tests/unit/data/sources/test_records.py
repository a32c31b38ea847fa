"""Ids of records: usual ones stay, others are renamed."""

import re

import pytest

from ccdcgan.data.sources.records import plain_id


@pytest.mark.parametrize("text", ["mp-149", "agm0001", "A1:b+c_d.e-f", "7", "a" * 80])
def test_usual_ids_stay(text: str) -> None:
    assert plain_id(text) == text


def test_a_renamed_id_can_be_recognised_and_is_always_the_same() -> None:
    assert re.fullmatch(r"my_crystal-[0-9a-f]{12}", plain_id("my crystal"))
    assert plain_id("my crystal") == plain_id("my crystal") != plain_id("my  crystal")
