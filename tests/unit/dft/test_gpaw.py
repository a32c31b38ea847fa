"""Scripts for GPAW hold what was asked, and run."""

import ast
import importlib.util
import json
import os
import subprocess
import sys
from pathlib import Path

import ase.io
import pytest
from pymatgen.io.ase import AseAtomsAdaptor

from builders.decks import CDLI, COHF, COO, molecule
from ccdcgan.dft.gpaw import write_gpaw


def gpaw_keywords(script: Path) -> dict[str, ast.expr]:
    calls = [n for n in ast.walk(ast.parse(script.read_text())) if isinstance(n, ast.Call)]
    (call,) = [n for n in calls if isinstance(n.func, ast.Name) and n.func.id == "GPAW"]
    return {str(word.arg): word.value for word in call.keywords}


def test_gpaw_script_holds_what_was_asked(tmp_path: Path) -> None:
    write_gpaw(COHF, tmp_path, name="ccdcgan-000001", spacing=0.3)
    script = tmp_path / "relax.py"
    parameters = json.loads((tmp_path / "parameters.json").read_text())
    assert parameters == {
        "id": "ccdcgan-000001",
        "moments": {"Co": 2.0},
        "hubbard": {},
        "kpts": [7, 7, 7],
    }
    compile(script.read_text(), str(script), "exec")
    words = gpaw_keywords(script)
    assert ast.unparse(words["mode"]) == "PW(500)"
    assert ast.literal_eval(words["symmetry"]) == {"symmorphic": False}
    assert ast.unparse(words["kpts"]) == "{'size': tuple(PARAMETERS['kpts']), 'gamma': True}"
    assert ast.literal_eval(words["xc"]) == "PBE"
    assert "FrechetCellFilter(atoms, exp_cell_factor=1.0)" in script.read_text()
    atoms = ase.io.read(tmp_path / "start.traj")
    assert AseAtomsAdaptor.get_structure(atoms).matches(COHF)


def test_gpaw_takes_a_hubbard_u(tmp_path: Path) -> None:
    write_gpaw(COO, tmp_path, name="a", spacing=0.3, hubbard={"Co": 3.32})
    parameters = json.loads((tmp_path / "parameters.json").read_text())
    setups = ast.unparse(gpaw_keywords(tmp_path / "relax.py")["setups"])
    assert eval(setups, {"HUBBARD": parameters["hubbard"]}) == {"Co": ":d,3.32"}
    assert eval(setups, {"HUBBARD": {}}) == {}


def test_gpaw_starts_oxygen_as_a_triplet(tmp_path: Path) -> None:
    for symbol, moments in (("O", {"O": 1.0}), ("N", {})):
        write_gpaw(molecule(symbol, 1.2), tmp_path / symbol, name=symbol, spacing=1.0)
        parameters = json.loads((tmp_path / symbol / "parameters.json").read_text())
        assert parameters["moments"] == moments


@pytest.mark.dft
@pytest.mark.skipif(importlib.util.find_spec("gpaw") is None, reason="GPAW is not installed")
def test_gpaw_script_runs(tmp_path: Path) -> None:
    write_gpaw(CDLI, tmp_path, name="ccdcgan-000001", spacing=2.0)
    script = tmp_path / "relax.py"
    coarse = script.read_text().replace("PW(500)", "PW(200)").replace("steps=100", "steps=1")
    script.write_text(coarse)
    environment = os.environ | {"OMP_NUM_THREADS": "1"}
    subprocess.run([sys.executable, str(script)], check=True, env=environment, timeout=300)
    results = json.loads((tmp_path / "results.json").read_text())
    assert results["id"] == "ccdcgan-000001"
    assert -4 < results["energy_per_atom"] < 0
    assert AseAtomsAdaptor.get_structure(ase.io.read(tmp_path / "relaxed.extxyz")).matches(CDLI)
