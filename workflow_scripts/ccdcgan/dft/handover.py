"""A system's candidates and the phases that they compete with, as jobs of atomate2."""

from collections.abc import Iterator
from typing import Any

import pandas as pd
from pymatgen.core import Structure

from ccdcgan.crystals.matching import Catalogue
from ccdcgan.crystals.table import Crystals
from ccdcgan.dft.candidates import symmetrised
from ccdcgan.dft.competing_phases import competing_phases

MAKER = "atomate2.vasp.flows.mp.MPGGADoubleRelaxStaticMaker"
"""Two relaxations and a static calculation with the Materials Project's settings."""
SCRIPT = '''\
"""Make a jobflow Flow of each file of crystals, for atomate2: python flows.py crystals.json

It needs atomate2 (pip install atomate2). crystals.flow.json holds the flow; submit it as any other:
jobflow.run_locally(flow), or jobflow_remote.submit_flow(flow).
"""

import json
import sys
from pathlib import Path

from atomate2.vasp.flows.mp import MPGGADoubleRelaxStaticMaker
from jobflow import Flow
from monty.serialization import dumpfn
from pymatgen.core import Structure


def make_flow(path):
    """Return a Flow with the calculations of all crystals of a file."""
    content = json.loads(Path(path).read_text(encoding="utf-8"))
    flows = []
    for one in content["crystals"]:
        flow = MPGGADoubleRelaxStaticMaker().make(Structure.from_dict(one["structure"]))
        flow.append_name(f"{one['name']} ", prepend=True)
        flow.update_metadata({"ccdcgan": one["metadata"]})
        flows.append(flow)
    return Flow(flows, name=content["system"])


if __name__ == "__main__":
    for name in sys.argv[1:]:
        dumpfn(make_flow(name), Path(name).with_suffix(".flow.json"))
'''
"""Reads a file of `handover`; it is written beside them, since atomate2 is no part of the run."""


def handover(
    system: str,
    hull: pd.DataFrame,
    candidates: pd.DataFrame,
    relaxed: Crystals,
    phases: Crystals,
    *,
    above: float,
    potential: str,
) -> dict[str, Any]:
    """List what is to be computed by DFT so that a system's hull can be drawn.

    hull, candidates: the rows of its `hull.csv` and `candidates.csv`. relaxed: the crystals of all
    variants; phases: the known ones. above: eV/atom; see `competing_phases`. potential: what the
    energies so far are by.

    Each of `crystals` has a `name`, its `structure`, the primitive standard cell as pymatgen's
    dictionary, and `metadata`: id, role (candidate or competing phase), formula, space_group,
    formation_energy and e_above_known_hull in eV/atom, and potential. Of equal competing phases
    the lowest stands for all.
    """
    found = [
        _job(row, relaxed.structure(row["id"]), "candidate", potential)
        for row in candidates.to_dict("records")
    ]
    seen = Catalogue()
    for row, crystal in _competing(hull, phases, above):
        if seen.first_match(crystal) is None:
            seen.add(str(row["id"]), crystal)
            found.append(_job(row, crystal, "competing phase", potential))
    return {"system": system, "maker": MAKER, "crystals": found}


def _competing(
    hull: pd.DataFrame, phases: Crystals, above: float
) -> Iterator[tuple[dict[str, Any], Structure]]:
    for row in competing_phases(hull, above).to_dict("records"):
        yield {str(key): value for key, value in row.items()}, phases.structure(row["id"])


def _job(row: dict[str, Any], crystal: Structure, role: str, potential: str) -> dict[str, Any]:
    structure, space_group = symmetrised(crystal)
    formula = structure.composition.reduced_formula
    energies = {
        name: None if pd.isna(row[name]) else float(row[name])
        for name in ("formation_energy", "e_above_known_hull")
    }
    known = {"id": str(row["id"]), "role": role, "formula": formula, "space_group": space_group}
    return {
        "name": f"{formula}-{row['id']}",
        "structure": structure.as_dict(),
        "metadata": {**known, **energies, "potential": potential},
    }
