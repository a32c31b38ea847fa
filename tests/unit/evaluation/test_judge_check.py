"""The judge beside DFT: hand-made crystals, hulls and counts."""

import numpy as np
import pandas as pd
import pytest

from builders.hulls import crystal_of, known_phases
from builders.settings import SECTIONS, changed
from ccdcgan.core.errors import InputError
from ccdcgan.crystals.table import Crystals, atoms_of
from ccdcgan.evaluation.judge_check import judge_rows, judge_summary, read_judged


def judged_file(path, energies):
    rows = []
    for number, energy in enumerate(energies):
        atoms = atoms_of(crystal_of("Co3Hf"))
        rows.append({"id": f"c{number}", **atoms, "dft_e_above_hull": energy})
    pd.DataFrame(rows).to_parquet(path)


def test_a_file_without_energies_is_one_line(tmp_path):
    judged_file(tmp_path / "a.parquet", [np.nan, np.nan])
    with pytest.raises(InputError, match=r"no row has a number in the column dft_e_above_hull"):
        read_judged(tmp_path / "a.parquet")


def test_the_limits_of_the_configuration_hold(tmp_path):
    judged_file(tmp_path / "a.parquet", [0.1, 0.2])
    with pytest.raises(InputError, match=r"beyond data\.limits\.structures"):
        read_judged(tmp_path / "a.parquet", changed(SECTIONS.data.limits, structures=1))


def test_rows_that_cannot_be_judged_keep_their_reason(tmp_path):
    judged_file(tmp_path / "a.parquet", [0.1, np.nan])
    judged = read_judged(tmp_path / "a.parquet")
    assert judged["dropped"].tolist() == ["", "no dft_e_above_hull"]
    assert len(judged.phases()) == 0  # no competing phases of themselves


def test_each_crystal_is_measured_above_the_hull_of_its_system(tmp_path):
    judged_file(tmp_path / "a.parquet", [0.08, 0.3, 0.2])
    judged = read_judged(tmp_path / "a.parquet")
    relaxed = pd.DataFrame(
        {
            "id": ["c0", "c1", "c2"],
            "formula": judged["formula"],
            "chemical_system": "Co-Hf",
            "status": ["relaxed", "relaxed", "not converged"],
            "formation_energy_after": [-0.15, -0.05, -0.1],
            "matches_after": ["", "known-Co3Hf", ""],
            "duplicate_after": ["", "c0", ""],
            "space_group_after": 1,
            "steps": 7,
            "rmsd": 0.1,
        }
    )
    known = known_phases({"Co": 0.0, "Hf": 0.0, "CoHf": -0.4})
    rows = judge_rows(judged, Crystals(relaxed), known).set_index("id")
    # At Co3Hf the hull lies at -0.2; crystals that repeat others are judged as well.
    assert rows["e_above_hull"].tolist() == pytest.approx([0.05, 0.15, np.nan], nan_ok=True)
    assert rows["status"].tolist() == ["relaxed", "relaxed", "not converged"]
    assert rows.loc["c0", "decomposition"].startswith("0.500 ")


ROWS = pd.DataFrame(
    {
        "dft_e_above_hull": [-0.01, 0.05, 0.09, 0.2, 0.4, 0.1],
        "e_above_hull": [0.0, 0.12, 0.05, 0.08, 0.5, np.nan],
    }
)


def test_the_summary_by_hand():
    found = judge_summary(ROWS)
    assert (found["crystals"], found["n"]) == (6, 5)
    errors = np.array([0.01, 0.07, -0.04, -0.12, 0.1])
    assert found["mae"] == pytest.approx(np.abs(errors).mean())
    assert found["bias"] == pytest.approx(errors.mean())
    assert found["rmse"] == pytest.approx(np.sqrt((errors**2).mean()))
    # Ranks 1 2 3 4 5 and 1 4 2 3 5: 1 - 6 · 6 / (5 · 24).
    assert found["spearman"] == pytest.approx(0.7)
    at = found["stable_at_0.1"]
    assert [at[key] for key in ("true_positives", "false_positives", "false_negatives")] == [
        2,
        1,
        1,
    ]
    assert at["precision"] == at["recall"] == pytest.approx(2 / 3)
    assert found["stable_at_0"]["precision"] == found["stable_at_0"]["recall"] == 1


def test_without_a_crystal_there_is_no_figure():
    found = judge_summary(ROWS.iloc[5:])
    assert (found["n"], found["mae"], found["spearman"]) == (0, None, None)
    assert found["stable_at_0"]["precision"] is None
