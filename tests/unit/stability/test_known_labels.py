"""Energies of known phases and the files handed on, with ASE's fast EMT potential."""

import numpy as np
import pandas as pd
import pytest
from ase.calculators.emt import EMT

from builders.known_phases import PHASES, selected
from ccdcgan.core.journal import Journal
from ccdcgan.crystals.compact import read_compact, write_compact
from ccdcgan.crystals.potential import Calculators, static_energy
from ccdcgan.crystals.table import source_notes
from ccdcgan.stability.known_labels import label_static_energies, merge_known_phases

ENERGY = Calculators(EMT()).energy


class Counting(EMT):
    calls = 0

    def calculate(self, *args, **kwargs):
        Counting.calls += 1
        super().calculate(*args, **kwargs)


def test_a_killed_labelling_goes_on_after_what_is_done(tmp_path):
    table = selected()
    whole = label_static_energies(table, ENERGY, Journal(tmp_path / "w", {}), shard=0, shards=1)
    expected = static_energy(PHASES["aucu3"][0], EMT())
    energies = dict(zip(whole["id"], whole["energy_per_atom"], strict=True))
    assert energies["aucu3"] == pytest.approx(expected, abs=1e-5)

    journal = Journal(tmp_path / "j", {})
    label_static_energies(table.head(2), ENERGY, journal, shard=0, shards=1)
    Counting.calls, counting = 0, Calculators(Counting()).energy
    again = label_static_energies(table, counting, Journal(tmp_path / "j", {}), shard=0, shards=1)
    assert Counting.calls == 1
    pd.testing.assert_frame_equal(again, whole)


def test_the_shards_are_all_rows_once_in_one_table_with_a_card(tmp_path):
    table, paths = selected(), []
    for shard in range(2):
        journal = Journal(tmp_path / f"j{shard}", {})
        part = label_static_energies(table, ENERGY, journal, shard=shard, shards=2)
        paths.append(tmp_path / f"{shard}.parquet")
        write_compact(paths[-1], part, {})
    potential = {
        "name": "ase.calculators.emt:EMT",
        "arguments": {},
        "fmax": 0.05,
        "max_steps": 10,
    }
    merge_known_phases(
        paths,
        tmp_path / "t.parquet",
        tmp_path / "t.md",
        notes={},
        potential=potential,
        max_above_hull=0.05,
        energy_scheme="PBE",
        properties={"formation_energy_per_atom": "eV/atom"},
    )
    found = read_compact(tmp_path / "t.parquet")
    assert sorted(found) == ["au", "aucu3", "cu"]
    assert np.isfinite(found["energy_per_atom"]).all()
    notes = source_notes(tmp_path / "t.parquet")
    assert notes["potential"] == "ase.calculators.emt:EMT" and notes["version"].startswith("ase ")
    card = (tmp_path / "t.md").read_text()
    assert "3 crystals with 12 atoms (4 to 4 in a cell), 3 chemical systems, 2 elements" in card
    assert "CC BY 4.0" in card and "| formation_energy_per_atom | eV/atom |" in card
