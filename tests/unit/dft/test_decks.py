"""A folder for each candidate, with the decks of the engines asked for."""

import json
from pathlib import Path

import pandas as pd
import pytest
from pymatgen.core import Lattice, Structure

from builders.decks import CDLI, COHF, DECK_SETTINGS, LI3CD, hull_table
from builders.settings import changed
from ccdcgan.core.errors import InputError
from ccdcgan.core.tables import write_table
from ccdcgan.crystals.table import Crystals
from ccdcgan.dft.candidates import Candidate, read_candidates
from ccdcgan.dft.decks import make_decks
from ccdcgan.dft.gpaw import write_gpaw
from ccdcgan.dft.vasp import write_vasp

PROVENANCE = {"config_digest": "ab12", "seed": 7, "versions": {"pymatgen": "1"}}


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


def run(
    tmp_path: Path, hull: pd.DataFrame, relaxed: dict[str, Structure], **changes
) -> tuple[Path, pd.DataFrame]:
    crystals = Crystals.of_structures(relaxed)
    candidates = make_decks(
        tmp_path / "decks",
        "Cd-Li",
        hull,
        crystals,
        crystals,
        settings=changed(DECK_SETTINGS, **changes),
        potential="7net-0",
        provenance=PROVENANCE,
    )
    write_table(tmp_path / "candidates.csv", candidates)
    return tmp_path / "decks", read_candidates(tmp_path / "candidates.csv")


def test_a_folder_a_candidate_that_says_what_it_is(tmp_path: Path) -> None:
    hull = hull_table([("ccdcgan-000012", "ccdcgan", 0.05), ("dcgan-000003", "dcgan", 0.01)])
    decks, table = run(tmp_path, hull, {"ccdcgan-000012": CDLI, "dcgan-000003": LI3CD})
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
    decks, _ = run(tmp_path, hull_table([("a", "dcgan", 0.0)]), {"a": CDLI}, engines=["gpaw"])
    assert sorted(p.name for p in (decks / "a").iterdir() if p.is_dir()) == ["gpaw"]


def test_an_engine_that_lacks_an_element_leaves_a_line(tmp_path: Path) -> None:
    polonium = Structure(Lattice.cubic(3.35), ["Po"], [[0] * 3])
    decks, _ = run(tmp_path, hull_table([("a", "dcgan", 0.0)]), {"a": polonium})
    assert "Not made: MPRelaxSet has no potential for" in (decks / "a" / "README.md").read_text()
    assert (decks / "a" / "espresso" / "relax.in").is_file()


@pytest.mark.parametrize("rows", [[], [("known-1", "known", 0.0)]])
def test_no_candidate_is_an_empty_table_with_the_reason(
    tmp_path: Path, rows: list[tuple[str, str, float]]
) -> None:
    decks, candidates = run(tmp_path, hull_table(rows), {})
    assert candidates.empty
    assert f"No candidate: 0 of the {len(rows)} rows" in (decks / "README.md").read_text()
