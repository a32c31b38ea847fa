"""Jobs for atomate2: the candidates of a system and all that they compete with."""

import ast
import json
import subprocess
import sys
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
from pymatgen.io.validation.common import VaspFiles, VaspInputSafe
from pymatgen.io.validation.validation import VaspValidator

flow = loadfn(sys.argv[1])
assert len(flow.jobs) == 4, len(flow.jobs)
roles = []
for part in flow.jobs:
    jobs = [job for job, _ in part.iterflow()]
    structure = jobs[0].function_args[0]
    assert isinstance(structure, Structure) and len(jobs) == 3, jobs
    roles.append(jobs[0].metadata["ccdcgan"]["role"])
    for job in jobs:
        made = job.maker.input_set_generator.get_input_set(structure, potcar_spec=True)
        # POTCARs, which need a licence, would say that the functional is PBE.
        incar = {**made.incar, "GGA": "PE"}
        given = VaspInputSafe(incar=incar, kpoints=made.kpoints, structure=structure)
        found = VaspValidator(vasp_files=VaspFiles(user_input=given))
        assert found.valid, (job.name, found.reasons)
assert roles == ["candidate", *["competing phase"] * 3], roles
print("valid")
"""


@pytest.mark.slow
def test_atomate2_takes_the_jobs(tmp_path: Path) -> None:
    """In an environment of its own: what atomate2 requires is no part of the lock.

    The inputs of all calculations, POTCARs apart, pass the Materials Project's own checks.
    """
    uv = [sys.executable, "-m", "uv"]
    python = tmp_path / "own/bin/python"
    run(tmp_path, *uv, "venv", "--quiet", tmp_path / "own")
    wanted = ("atomate2", "pymatgen-io-validation")
    run(tmp_path, *uv, "pip", "install", "--quiet", "--python", python, *wanted)
    (tmp_path / "crystals.json").write_text(json.dumps(jobs()))
    (tmp_path / "flows.py").write_text(SCRIPT)
    run(tmp_path, python, "flows.py", "crystals.json")
    assert run(tmp_path, python, "-c", CHECK, "crystals.flow.json").strip().endswith("valid")


def run(folder: Path, *command: str | Path) -> str:
    done = subprocess.run(list(map(str, command)), cwd=folder, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stdout
