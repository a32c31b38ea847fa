"""What ships with the workflow agrees with itself, and nothing that is held out was trained on."""

import hashlib
import json

import numpy as np
import pandas as pd
import pytest
from pymatgen.core import Composition, Element

from ccdcgan.crystals.compact import read_compact
from ccdcgan.crystals.table import source_notes
from ccdcgan.networks.files import load_model, to_numpy
from ccdcgan.networks.templates import TemplateGenerator
from runs import ROOT

TABLE = ROOT / "pretrained/known-phases.parquet"
ROWS = pd.read_parquet(TABLE, columns=["id", "formula", "held_out", "energy_per_atom"])
HELD_OUT = set(ROWS.loc[ROWS["held_out"] == 1, "formula"])


@pytest.mark.parametrize("variant", ["dcgan", "ccdcgan"])
def test_no_formula_that_is_held_out_is_among_the_shipped_compositions(variant: str) -> None:
    entries = json.loads((ROOT / f"pretrained/{variant}-compositions.json").read_text())
    trained = {Composition(one["atoms"]).reduced_formula for one in entries["compositions"]}
    assert len(HELD_OUT) > 1000 and len(trained) > 10_000
    assert not trained & HELD_OUT


@pytest.mark.parametrize("variant", ["dcgan", "ccdcgan"])
def test_no_formula_that_is_held_out_is_among_the_shipped_templates(variant: str) -> None:
    generator = load_model(ROOT / f"pretrained/{variant}.keras", TemplateGenerator)
    held = {
        Composition({Element.from_Z(int(z)): int(n) for z, n in zip(*found, strict=True)})
        for species in to_numpy(generator.held["species"])
        for found in [np.unique(species[species > 0], return_counts=True)]
    }
    formulas = {one.reduced_formula for one in held}
    assert len(formulas) > 10_000 and not formulas & HELD_OUT


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
