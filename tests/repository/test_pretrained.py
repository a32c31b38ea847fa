"""What ships with the workflow agrees with itself, and nothing that is held out was trained on."""

import hashlib

import pandas as pd

from ccdcgan.crystals.compact import read_compact
from ccdcgan.crystals.compositions import Compositions, formula_of
from ccdcgan.crystals.table import source_notes
from runs import ROOT

TABLE = ROOT / "pretrained/known-phases.parquet"
ROWS = pd.read_parquet(TABLE, columns=["id", "formula", "held_out", "energy_per_atom"])
HELD_OUT = set(ROWS.loc[ROWS["held_out"] == 1, "formula"])


def test_no_formula_that_is_held_out_is_among_the_shipped_templates() -> None:
    formulas = set(pd.read_parquet(ROOT / "pretrained/templates.parquet")["formula"])
    assert len(HELD_OUT) > 1000 and len(formulas) > 10_000
    assert not formulas & HELD_OUT


def test_no_formula_that_is_held_out_is_among_the_shipped_compositions() -> None:
    held = Compositions.read(ROOT / "pretrained/ccdcgan-compositions.json")
    formulas = {formula_of(counts) for counts in held.counts}
    assert len(formulas) > 10_000 and not formulas & HELD_OUT


def test_what_ships_is_small() -> None:
    assert sum(file.stat().st_size for file in (ROOT / "pretrained").iterdir()) < 60_000_000


def test_phases_that_a_generator_should_find_are_held_out() -> None:
    assert {"MnSe2", "HfCo2", "TaFe2", "Ta2Co", "TaNi2"} <= HELD_OUT


def test_the_table_of_known_phases_is_small_whole_and_as_its_card_says() -> None:
    assert TABLE.stat().st_size <= 15_000_000
    digest = hashlib.sha256(TABLE.read_bytes()).hexdigest()
    card = TABLE.with_suffix(".md").read_text()
    assert digest in card and f"{len(ROWS):,} crystals" in card
    assert ROWS["energy_per_atom"].notna().mean() > 0.99
    assert source_notes(TABLE)["potential"] == "7net-0"
    found = read_compact(TABLE, systems=["Mn-Se"])
    assert {"mp-972", "mp-21321"} <= set(found)  # rock salt and pyrite
