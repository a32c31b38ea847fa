"""Jobs for atomate2: the candidates of a system and all that they compete with."""

import ast
import json
import subprocess
import venv
from pathlib import Path

import pandas as pd
import pytest
from pymatgen.analysis.structure_matcher import StructureMatcher
from pymatgen.core import Lattice, Structure

from builders.decks import CDLI
from ccdcgan.crystals.table import Crystals
from ccdcgan.dft.handover import MAKER, SCRIPT, handover

LI = Structure(Lattice.cubic(3.4), ["Li", "Li"], [[0, 0, 0], [0.5, 0.5, 0.5]])
CD = Structure(
    Lattice.hexagonal(2.98, 5.6), ["Cd", "Cd"], [[1 / 3, 2 / 3, 0.25], [2 / 3, 1 / 3, 0.75]]
)
FAR = Structure(
    Lattice.cubic(4.4),
    ["Cd", "Cd", "Cd", "Li"],
    [[0, 0.5, 0.5], [0.5, 0, 0.5], [0.5, 0.5, 0], [0, 0, 0]],
)
PHASES = {"Li-1": LI, "Cd-1": CD, "mp-1": CDLI, "mp-2": CDLI, "mp-3": FAR}


def jobs() -> dict:
    hull = pd.DataFrame(
        [
            ("Li-1", "known", "Li", 0.0, 0.0),
            ("Cd-1", "known", "Cd", 0.0, 0.0),
            ("mp-1", "known", "LiCd", -0.2, 0.0),
            ("mp-2", "known", "LiCd", -0.19, 0.01),
            ("mp-3", "known", "LiCd3", 0.1, 0.2),
            ("ccdcgan-1", "ccdcgan", "LiCd", -0.18, 0.02),
        ],
        columns=["id", "source", "formula", "formation_energy", "e_above_known_hull"],
    )
    return handover(
        "Cd-Li",
        hull,
        hull.iloc[[5]].assign(variant="ccdcgan"),
        Crystals.of_structures({"ccdcgan-1": CDLI * (2, 1, 1)}),
        Crystals.of_structures(PHASES),
        above=0.05,
        potential="7net-0",
    )


def test_candidates_come_first_then_what_they_compete_with() -> None:
    found = jobs()["crystals"]
    # mp-2 equals mp-1, which is lower; mp-3 is too far above the hull.
    assert [one["name"] for one in found] == ["LiCd-ccdcgan-1", "Cd-Cd-1", "Li-Li-1", "LiCd-mp-1"]
    assert [one["metadata"]["role"] for one in found] == ["candidate", *["competing phase"] * 3]
    assert found[0]["metadata"] == {
        "id": "ccdcgan-1",
        "role": "candidate",
        "formula": "LiCd",
        "space_group": "Pm-3m",
        "formation_energy": -0.18,
        "e_above_known_hull": 0.02,
        "potential": "7net-0",
    }


def test_structures_are_primitive_and_come_back_from_json() -> None:
    again = json.loads(json.dumps(jobs(), allow_nan=False))
    structure = Structure.from_dict(again["crystals"][0]["structure"])
    assert len(structure) == 2 and StructureMatcher(scale=False).fit(structure, CDLI)


def test_the_script_names_the_maker_of_the_file() -> None:
    tree = ast.parse(SCRIPT)
    imported = [
        f"{node.module}.{name.name}"
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom)
        for name in node.names
    ]
    assert jobs()["maker"] == MAKER and MAKER in imported


CHECK = """
import sys
from monty.serialization import loadfn
from pymatgen.core import Structure
flow = loadfn(sys.argv[1])
jobs = [job for job, _ in flow.iterflow()]
assert len(flow.jobs) == 4 and len(jobs) == 12, (len(flow.jobs), len(jobs))
assert jobs[0].metadata["ccdcgan"]["role"] == "candidate"
for part in flow.jobs:
    first = part.jobs[0]
    while not hasattr(first, "maker"):
        first = first.jobs[0]
    structure = first.function_args[0]
    assert isinstance(structure, Structure)
    inputs = first.maker.input_set_generator.get_input_set(structure, potcar_spec=True)
    assert inputs.incar["ISIF"] == 3
    assert inputs.poscar.structure.composition == structure.composition
print("valid")
"""


@pytest.mark.slow
def test_atomate2_takes_the_jobs(tmp_path: Path) -> None:
    """In an environment of its own: what atomate2 requires is no part of the lock."""
    venv.create(tmp_path / "own", with_pip=True)
    python = tmp_path / "own/bin/python"
    install = [python, "-m", "pip", "install", "--quiet", "atomate2"]
    done = subprocess.run(install, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-3000:]
    (tmp_path / "crystals.json").write_text(json.dumps(jobs()))
    (tmp_path / "flows.py").write_text(SCRIPT)
    for arguments in (["flows.py", "crystals.json"], ["-c", CHECK, "crystals.flow.json"]):
        done = subprocess.run([python, *arguments], cwd=tmp_path, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr[-3000:]
    assert done.stdout.strip().endswith("valid")
