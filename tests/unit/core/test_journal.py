"""Finished values come back after a kill; damage and other settings begin anew."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from pymatgen.core import Lattice, Structure
from pymatgen.io.vasp.inputs import Kpoints

from ccdcgan.core import journal as module
from ccdcgan.core.errors import InputError
from ccdcgan.core.journal import Journal, identity
from ccdcgan.crystals.table import atoms_of, to_structure
from runs import ROOT

IDENTITY = {"fmax": 0.05, "inputs": {"a.csv": "0f"}}
LIBRARY = {
    "made.py": "def make():\n    from ccdcgan.helper import LIMIT\n\n    return LIMIT\n",
    "helper.py": "LIMIT = 3\n",
    "other.py": "LIMIT = 4\n",
}


def test_values_come_back_exactly(tmp_path: Path) -> None:
    crystal = Structure(Lattice.cubic(np.pi), ["Cd", "Li"], [[0, 0, 0], [1 / 3, 0.1, 0.7]])
    row = {"energy": np.float64(-1 / 3), "steps": np.int64(3), "rmsd": float("nan")}
    journal = Journal(tmp_path / "a" / "j.partial", IDENTITY)
    journal["one"] = row | atoms_of(crystal)
    journal["two"] = row | atoms_of(None)
    again = Journal(tmp_path / "a" / "j.partial", IDENTITY).values
    assert list(again) == ["one", "two"] and again["two"]["species"] is None
    found = again["one"]
    structure = to_structure(found)
    assert found["energy"] == -1 / 3 and found["steps"] == 3 and np.isnan(found["rmsd"])
    assert (structure.lattice.matrix == crystal.lattice.matrix).all()
    assert (structure.frac_coords == crystal.frac_coords).all()


def test_a_line_that_a_kill_cut_off_is_done_again(tmp_path: Path) -> None:
    path = tmp_path / "j.partial"
    journal = Journal(path, IDENTITY)
    journal["one"], journal["two"] = 1, 2
    whole = path.read_bytes()
    path.write_bytes(whole[:-3])
    journal = Journal(path, IDENTITY)
    assert journal.values == {"one": 1}
    journal["two"] = 2
    assert path.read_bytes() == whole
    journal.remove()
    assert not path.exists()


def test_no_class_that_a_journal_names_is_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[object] = []
    monkeypatch.setattr(Kpoints, "from_dict", classmethod(lambda _, content: made.append(content)))
    named = {"@module": "pymatgen.io.vasp.inputs", "@class": "Kpoints", "comment": "made"}
    Journal(tmp_path / "j.partial", IDENTITY)["one"] = [{"note": named}, None]
    assert Journal(tmp_path / "j.partial", IDENTITY).values == {"one": [{"note": named}, None]}
    assert made == []


@pytest.mark.parametrize(
    "damage",
    [b"", b"\0\0\0\n", b"[", b"[[], 1]\n", b"[" * 100_000 + b"\n"],
)
def test_other_settings_and_damage_begin_anew(tmp_path: Path, damage: bytes) -> None:
    path = tmp_path / "j.partial"
    journal = Journal(path, IDENTITY)
    journal["one"] = 1
    if damage:
        first, rest = path.read_bytes().split(b"\n", 1)
        path.write_bytes(first + b"\n" + damage + rest)
        assert Journal(path, IDENTITY).values == {}
    else:
        assert Journal(path, IDENTITY | {"fmax": 0.1}).values == {}
    assert Journal(path, IDENTITY).values == {}


HOLDER = """
import sys, time
sys.path.insert(0, sys.argv[2])
from ccdcgan.core.journal import Journal
journal = Journal(sys.argv[1], {})
print("held", flush=True)
time.sleep(600)
"""


def test_two_processes_never_share_a_journal(tmp_path: Path) -> None:
    path = tmp_path / "j.partial"
    command = [sys.executable, "-c", HOLDER, str(path), str(ROOT / "workflow_scripts")]
    orphan = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        assert orphan.stdout is not None and orphan.stdout.readline() == "held\n"
        with pytest.raises(InputError, match=r"j\.partial: another process writes here"):
            Journal(path, {})
    finally:
        orphan.kill()
        orphan.wait()
    assert Journal(path, {}).values == {}


@pytest.fixture
def identified(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., dict[str, Any]]:
    """The identity of a job whose values come from a library like `LIBRARY`, in a folder."""
    monkeypatch.chdir(tmp_path)
    Path("a.csv").write_text("1")

    def job(
        library: dict[str, str] | None = None, folder: str = "a", **more: Any
    ) -> dict[str, Any]:
        package = tmp_path / folder / "ccdcgan"
        package.mkdir(parents=True, exist_ok=True)
        for name, text in (LIBRARY | (library or {})).items():
            (package / name).write_text(text)
        monkeypatch.setattr(module, "LIBRARY", tmp_path / folder)
        made: dict[str, Any] = {}
        path = package / "made.py"
        exec(compile(path.read_text(), path, "exec"), made)
        snakemake = SimpleNamespace(
            params={"fmax": more.pop("fmax", 0.05)}, wildcards={}, input=["a.csv"]
        )
        return identity(snakemake, made["make"], **more)

    return job


@pytest.mark.parametrize(
    "same",
    [
        {"library": {"helper.py": "# Å\nLIMIT = 3\n"}},
        {"library": {"made.py": LIBRARY["made.py"].replace(":\n", ':\n    """Make it."""\n')}},
        {"library": {"other.py": "LIMIT = 5\n"}},
        {"folder": "moved"},
    ],
    ids=["comment", "docstring", "another module", "another place"],
)
def test_a_journal_outlives_what_decides_no_value(
    identified: Callable[..., dict[str, Any]], same: dict[str, Any]
) -> None:
    Journal("j.partial", identified())["one"] = 1
    assert Journal("j.partial", identified(**same)).values == {"one": 1}


@pytest.mark.parametrize(
    "other",
    [
        {"fmax": 0.1},
        {"potential": "sevenn 0.13.1"},
        {"library": {"helper.py": "LIMIT = 4\n"}},
        {"library": {"made.py": LIBRARY["made.py"].replace("return", "return -")}},
    ],
    ids=["setting", "potential", "imported module", "module"],
)
def test_a_journal_ends_with_what_decides_its_values(
    identified: Callable[..., dict[str, Any]], other: dict[str, Any]
) -> None:
    Journal("j.partial", identified())["one"] = 1
    assert Journal("j.partial", identified(**other)).values == {}


def test_a_journal_ends_with_its_inputs(identified: Callable[..., dict[str, Any]]) -> None:
    Journal("j.partial", identified())["one"] = 1
    Path("a.csv").write_text("2")
    assert Journal("j.partial", identified()).values == {}
