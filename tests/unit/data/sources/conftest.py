"""What tells that a reader made something of a class that a file names."""

from typing import Any

import pytest
from pymatgen.io.vasp.inputs import Kpoints


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """What has been made of a class that `NAMED` names."""
    found: list[Any] = []
    monkeypatch.setattr(Kpoints, "from_dict", classmethod(lambda _, content: found.append(content)))
    return found
