"""What is refused before any server is asked, and what the key may be sent to."""

from pathlib import Path
from typing import Any

import pytest

from builders.settings import SECTIONS, changed
from ccdcgan.core.errors import InputError
from ccdcgan.data.sources import materials_project as source

KEY = "k3y" + "0123456789abcdefghijklmnopqrs"


@pytest.fixture(autouse=True)
def key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MP_API_KEY", KEY)


def fetch(address: str, folder: Path, **changes: Any) -> Any:
    asked = changed(SECTIONS.data.materials_project, endpoint=address, **changes)
    return source.fetch_materials_project(asked, ["band_gap"], folder)


@pytest.mark.parametrize(
    "endpoint", ["http://api.materialsproject.org", "http://10.0.0.1:8000/", "http://127.0.0.1.eu"]
)
def test_the_key_never_travels_in_the_clear(endpoint: str, tmp_path: Path) -> None:
    with pytest.raises(
        InputError, match=r"endpoint: http://.* in the clear; write https"
    ) as caught:
        fetch(endpoint, tmp_path)
    assert "\n" not in str(caught.value) and KEY not in str(caught.value)


@pytest.mark.parametrize("endpoint", ["https://example.com", "http://localhost:1/", "http://[::1]"])
def test_endpoints_that_the_key_may_be_sent_to(endpoint: str) -> None:
    assert source._endpoint(endpoint) == endpoint.rstrip("/") + "/"


def test_criteria_without_a_value_are_none(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="criteria: name at least one"):
        fetch("http://127.0.0.1:1", tmp_path, criteria={"elements": None})


@pytest.mark.parametrize(
    ("key", "message"),
    [("", "MP_API_KEY is not set"), ("short", "MP_API_KEY has 5 characters, not 32")],
)
def test_key_that_cannot_be_one(
    key: str, message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MP_API_KEY", key)
    with pytest.raises(InputError, match=message):
        fetch("http://127.0.0.1:1", tmp_path)


@pytest.mark.parametrize(
    ("value", "asked"), [([1, 20], (1, 20)), (["Co", "Hf"], ["Co", "Hf"]), (True, True)]
)
def test_a_range_is_asked_for_as_the_client_wants_it(value: Any, asked: Any) -> None:
    found = source._criterion(value)
    assert found == asked and type(found) is type(asked)


@pytest.mark.parametrize(
    ("text", "passes"),
    [
        ("status code 429", True),
        ("status code 503", True),
        ("status code 403", False),
        ("Connection aborted", True),
        ("invalid fields", False),
    ],
)
def test_faults_that_may_pass(text: str, passes: bool) -> None:
    assert source._may_pass(source.MPRestError(text)) is passes
    assert not source._may_pass(ValueError("Connection aborted"))
