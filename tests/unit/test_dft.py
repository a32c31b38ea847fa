"""Input decks are read back by the tools that they are meant for."""

import ast
import importlib.util
import json
import os
import subprocess
import sys
from pathlib import Path

import ase.io
import numpy as np
import pandas as pd
import pytest
from ase.io.espresso import read_fortran_namelist
from pymatgen.core import Lattice, Structure
from pymatgen.io.ase import AseAtomsAdaptor
from pymatgen.io.pwscf import PWInput
from pymatgen.io.vasp import Incar, Kpoints, Poscar
from pymatgen.io.vasp.inputs import VaspInput

from ccdcgan.core.errors import InputError
from ccdcgan.crystals.archives import write_crystals
from ccdcgan.dft.candidates import Candidate, mesh, select_candidates
from ccdcgan.dft.decks import make_decks
from ccdcgan.dft.espresso import pseudopotential, write_espresso
from ccdcgan.dft.gpaw import write_gpaw
from ccdcgan.dft.vasp import write_vasp

CDLI = Structure.from_spacegroup("Pm-3m", Lattice.cubic(3.32), ["Cd", "Li"], [[0] * 3, [0.5] * 3])
COHF = Structure.from_spacegroup("Pm-3m", Lattice.cubic(3.16), ["Co", "Hf"], [[0] * 3, [0.5] * 3])
LI3CD = Structure.from_spacegroup(
    "Fm-3m", Lattice.cubic(6.7), ["Cd", "Li", "Li"], [[0] * 3, [0.5] * 3, [0.25] * 3]
)
SETTINGS = {
    "candidates": 2,
    "engines": ["vasp", "espresso", "gpaw"],
    "kpoint_spacing": 0.3,
    "espresso": {
        "cutoff": 50.0,
        "density_cutoff": 400.0,
        "pseudopotentials": {"default": "{element}.UPF", "Co": "Co.special.UPF"},
    },
}
PROVENANCE = {"config_digest": "ab12", "seed": 7, "versions": {"pymatgen": "1"}}


def hull_table(rows: list[tuple[str, str, float]]) -> pd.DataFrame:
    table = pd.DataFrame(rows, columns=["id", "source", "e_above_known_hull"])
    table["formation_energy"] = table["e_above_known_hull"] - 0.3
    table["matches"] = ""
    return table


def test_the_best_distinct_crystals_are_chosen_best_first() -> None:
    shifted = CDLI.copy().translate_sites([0, 1], [0.1, 0.2, 0.3])
    hull = hull_table(
        [
            ("known-1", "known", -0.5),
            ("dcgan-1", "dcgan", 0.2),
            ("ccdcgan-1", "ccdcgan", 0.1),
            ("ccdcgan-2", "ccdcgan", 0.15),
            ("ccdcgan-3", "ccdcgan", np.nan),
            ("ccdcgan-4", "ccdcgan", 0.0),
        ]
    )
    relaxed = {"known-1": CDLI, "dcgan-1": LI3CD, "ccdcgan-1": CDLI, "ccdcgan-2": shifted}
    relaxed["ccdcgan-3"] = COHF
    chosen = select_candidates(hull, relaxed, {"dcgan-1": COHF}, count=5)
    # ccdcgan-2 equals ccdcgan-1, ccdcgan-3 has no energy, ccdcgan-4 no structure
    assert [one.id for one in chosen] == ["ccdcgan-1", "dcgan-1"]
    assert [one.space_group for one in chosen] == ["Pm-3m", "Fm-3m"]
    assert chosen[0].generated is None
    assert chosen[1].generated == COHF
    assert chosen[1].formation_energy == pytest.approx(-0.1)
    assert len(select_candidates(hull, relaxed, {}, count=1)) == 1


def test_known_phases_come_last() -> None:
    hull = hull_table([("a", "dcgan", 0.0), ("b", "dcgan", 0.2), ("c", "dcgan", 0.3)])
    hull["matches"] = ["known-1", "", ""]
    relaxed = {"a": CDLI, "b": COHF, "c": LI3CD}
    chosen = select_candidates(hull, relaxed, {}, count=3)
    assert [one.id for one in chosen] == ["b", "c", "a"]
    assert [one.matches for one in chosen] == ["", "", "known-1"]


def test_a_broken_symmetry_is_restored() -> None:
    rattled = LI3CD.copy().perturb(0.01)
    (one,) = select_candidates(hull_table([("a", "dcgan", 0.0)]), {"a": rattled}, {}, count=1)
    assert one.space_group == "Fm-3m"
    assert len(one.relaxed) == 4


def test_mesh_is_as_dense_as_asked() -> None:
    structure = Structure(Lattice.orthorhombic(3, 6, 60), ["Cd"], [[0] * 3])
    spacing = 0.3
    points = mesh(structure, spacing)
    assert points == (7, 4, 1)
    gaps = np.array(structure.lattice.reciprocal_lattice.abc) / points
    assert (gaps <= spacing).all()


def test_vasp_reads_its_decks(tmp_path: Path) -> None:
    write_vasp(COHF, tmp_path)
    for name in ("relax", "static"):
        folder = tmp_path / name
        assert Poscar.from_file(folder / "POSCAR").structure.matches(COHF)
        incar = Incar.from_file(folder / "INCAR")
        assert incar["ISPIN"] == 2
        assert incar["ENCUT"] == 520
        assert incar["ISMEAR"] == -5
        assert np.prod(Kpoints.from_file(folder / "KPOINTS").kpts[0]) >= 64
        assert (folder / "POTCAR.spec").read_text().split() == ["Hf_pv", "Co"]
        assert not incar.check_params()
    assert Incar.from_file(tmp_path / "relax" / "INCAR")["ISIF"] == 3
    assert Incar.from_file(tmp_path / "static" / "INCAR")["NSW"] == 0


def test_vasp_input_as_a_whole(tmp_path: Path) -> None:
    write_vasp(CDLI, tmp_path)
    (tmp_path / "relax" / "POTCAR.spec").rename(tmp_path / "relax" / "POTCAR.names")
    inputs = VaspInput.from_directory(tmp_path / "relax", optional_files=None)
    assert inputs["POSCAR"].site_symbols == ["Li", "Cd"]


def test_vasp_takes_the_sets_hubbard_u(tmp_path: Path) -> None:
    oxide = Structure.from_spacegroup(
        "Fm-3m", Lattice.cubic(4.26), ["Co", "O"], [[0] * 3, [0.5] * 3]
    )
    write_vasp(oxide, tmp_path)
    incar = Incar.from_file(tmp_path / "relax" / "INCAR")
    assert incar["LDAU"]
    assert incar["LDAUU"] == [3.32, 0]


# Of the 2×2×2 mesh of a face-centred cubic cell only three points are irreducible.
@pytest.mark.parametrize("edge", [30.0, 18.0])
def test_too_few_k_points_for_tetrahedra(tmp_path: Path, edge: float) -> None:
    lattice = Lattice.cubic(edge)
    large = Structure.from_spacegroup("Fm-3m", lattice, ["Cd"], [[0] * 3]).get_primitive_structure()
    write_vasp(large, tmp_path)
    for name in ("relax", "static"):
        incar = Incar.from_file(tmp_path / name / "INCAR")
        assert incar["ISMEAR"] == 0
        assert 0 < incar["SIGMA"] <= 0.1


def test_vasp_without_a_potential_says_so(tmp_path: Path) -> None:
    polonium = Structure(Lattice.cubic(3.35), ["Po"], [[0] * 3])
    with pytest.raises(InputError, match=r"no potential for .*Po"):
        write_vasp(polonium, tmp_path)


def write_relax_in(structure: Structure, folder: Path) -> Path:
    write_espresso(
        structure,
        folder,
        prefix="ccdcgan-000001",
        pseudopotentials=SETTINGS["espresso"]["pseudopotentials"],
        cutoff=50.0,
        density_cutoff=400.0,
        spacing=0.3,
    )
    return folder / "relax.in"


def test_espresso_reads_its_deck(tmp_path: Path) -> None:
    path = write_relax_in(CDLI, tmp_path)
    atoms = ase.io.read(path, format="espresso-in")
    assert AseAtomsAdaptor.get_structure(atoms).matches(CDLI)
    deck = PWInput.from_file(path)
    assert deck.sections["control"]["calculation"] == "vc-relax"
    assert deck.sections["system"]["ecutwfc"] == 50
    assert deck.sections["system"]["ecutrho"] == 400
    assert deck.sections["system"]["occupations"] == "smearing"
    assert "nspin" not in deck.sections["system"]
    assert deck.kpoints_grid == (7, 7, 7)
    assert deck.kpoints_shift == (0, 0, 0)
    assert sorted(deck.pseudo.values()) == ["Cd.UPF", "Li.UPF"]


def test_espresso_with_a_magnetic_element(tmp_path: Path) -> None:
    path = write_relax_in(COHF, tmp_path)
    assert AseAtomsAdaptor.get_structure(ase.io.read(path, format="espresso-in")).matches(COHF)
    with path.open() as stream:
        sections, cards = read_fortran_namelist(stream)
    assert sections["system"]["nspin"] == 2
    species = [line.split() for line in cards[1:3]]
    for number, (name, _, file) in enumerate(species, start=1):
        expected = (0.3, "Co.special.UPF") if name == "Co" else (0.0, "Hf.UPF")
        assert (sections["system"][f"starting_magnetization({number})"], file) == expected


def test_pseudopotential_names() -> None:
    files = {"default": "{element}.pbe.UPF", "Li": "lithium.UPF"}
    assert pseudopotential("Li", files) == "lithium.UPF"
    assert pseudopotential("Cd", files) == "Cd.pbe.UPF"


def gpaw_keywords(script: Path) -> dict[str, ast.expr]:
    calls = [n for n in ast.walk(ast.parse(script.read_text())) if isinstance(n, ast.Call)]
    (call,) = [n for n in calls if isinstance(n.func, ast.Name) and n.func.id == "GPAW"]
    return {str(word.arg): word.value for word in call.keywords}


def test_gpaw_script_holds_what_was_asked(tmp_path: Path) -> None:
    write_gpaw(COHF, tmp_path, name="ccdcgan-000001", spacing=0.3)
    script = tmp_path / "relax.py"
    parameters = json.loads((tmp_path / "parameters.json").read_text())
    assert parameters == {"id": "ccdcgan-000001", "moments": {"Co": 2.0}, "kpts": [7, 7, 7]}
    compile(script.read_text(), str(script), "exec")
    words = gpaw_keywords(script)
    assert ast.unparse(words["mode"]) == "PW(500)"
    assert ast.literal_eval(words["symmetry"]) == {"symmorphic": False}
    assert ast.unparse(words["kpts"]) == "{'size': tuple(PARAMETERS['kpts']), 'gamma': True}"
    assert ast.literal_eval(words["xc"]) == "PBE"
    assert "FrechetCellFilter(atoms, exp_cell_factor=1.0)" in script.read_text()
    atoms = ase.io.read(tmp_path / "start.traj")
    assert AseAtomsAdaptor.get_structure(atoms).matches(COHF)


def test_nothing_is_pasted_into_a_script(tmp_path: Path) -> None:
    write_gpaw(COHF, tmp_path / "a", name='"""\nimport os\n"""', spacing=0.3)
    write_gpaw(CDLI, tmp_path / "b", name="b", spacing=0.5)
    first, second = ((tmp_path / name / "relax.py").read_bytes() for name in "ab")
    assert first == second
    (one, two) = (json.loads((tmp_path / name / "parameters.json").read_text()) for name in "ab")
    assert one["id"] == '"""\nimport os\n"""' and two["id"] == "b"
    write_vasp(COHF, tmp_path / "a")
    write_vasp(CDLI, tmp_path / "b")
    assert (tmp_path / "a" / "run.py").read_bytes() == (tmp_path / "b" / "run.py").read_bytes()


@pytest.mark.parametrize("name", ["a\n/\n&control", "../a", "", 'a"', "a" * 81])
def test_an_id_that_cannot_name_a_folder_is_one_line(name: str) -> None:
    with pytest.raises(InputError, match="cannot name a folder of decks") as caught:
        Candidate(name, "dcgan", None, CDLI, "Pm-3m", -0.3, 0.0, "")
    assert "\n" not in str(caught.value)


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


def run(tmp_path: Path, hull: pd.DataFrame, relaxed: dict[str, Structure], **changes) -> Path:
    hull.to_csv(tmp_path / "hull.csv", index=False)
    for name in ("relaxed", "generated"):
        write_crystals(tmp_path / f"{name}.extxyz", relaxed)
    make_decks(
        system="Cd-Li",
        hull=tmp_path / "hull.csv",
        relaxed=[str(tmp_path / "relaxed.extxyz")],
        generated=[str(tmp_path / "generated.extxyz")],
        decks=tmp_path / "decks",
        candidates=tmp_path / "candidates.csv",
        settings=SETTINGS | changes,
        potential="7net-0",
        provenance=PROVENANCE,
    )
    return tmp_path / "decks"


def test_a_folder_a_candidate_that_says_what_it_is(tmp_path: Path) -> None:
    hull = hull_table([("ccdcgan-000012", "ccdcgan", 0.05), ("dcgan-000003", "dcgan", 0.01)])
    decks = run(tmp_path, hull, {"ccdcgan-000012": CDLI, "dcgan-000003": LI3CD})
    table = pd.read_csv(tmp_path / "candidates.csv")
    assert table["id"].tolist() == ["dcgan-000003", "ccdcgan-000012"]
    assert table["rank"].tolist() == [1, 2]
    assert table["formula"].tolist() == ["Li3Cd", "LiCd"]
    text = (decks / "ccdcgan-000012" / "README.md").read_text()
    for expected in ("ccdcgan-000012", "LiCd", "7net-0", "digest: ab12", "seed: 7", "pw.x", "VASP"):
        assert expected in text
    for name in ("relaxed.cif", "generated.cif"):
        assert Structure.from_file(decks / "ccdcgan-000012" / name).matches(CDLI)
    for name in ("vasp/relax/INCAR", "espresso/relax.in", "gpaw/relax.py"):
        assert (decks / "dcgan-000003" / name).is_file()


def test_only_the_engines_that_are_asked_for(tmp_path: Path) -> None:
    decks = run(tmp_path, hull_table([("a", "dcgan", 0.0)]), {"a": CDLI}, engines=["gpaw"])
    assert sorted(p.name for p in (decks / "a").iterdir() if p.is_dir()) == ["gpaw"]


def test_an_engine_that_lacks_an_element_leaves_a_line(tmp_path: Path) -> None:
    polonium = Structure(Lattice.cubic(3.35), ["Po"], [[0] * 3])
    decks = run(tmp_path, hull_table([("a", "dcgan", 0.0)]), {"a": polonium})
    assert "Not made: MPRelaxSet has no potential for" in (decks / "a" / "README.md").read_text()
    assert (decks / "a" / "espresso" / "relax.in").is_file()


@pytest.mark.parametrize("rows", [[], [("known-1", "known", 0.0)]])
def test_no_candidate_is_an_empty_table_with_the_reason(
    tmp_path: Path, rows: list[tuple[str, str, float]]
) -> None:
    decks = run(tmp_path, hull_table(rows), {})
    assert pd.read_csv(tmp_path / "candidates.csv").empty
    assert f"No candidate: 0 of the {len(rows)} rows" in (decks / "README.md").read_text()


def test_a_hull_without_its_columns(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"hull\.csv: the columns \['source'\] are missing"):
        run(tmp_path, hull_table([]).drop(columns="source"), {})
