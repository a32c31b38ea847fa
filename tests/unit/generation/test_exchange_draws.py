"""Crystals with exchanged elements to learn from: none that is kept out, the same in any shards."""

from typing import Any

import numpy as np
import pytest

from builders.settings import SECTIONS, changed
from builders.templates import table_of, templates_of
from ccdcgan.core.errors import InputError
from ccdcgan.crystals.table import Crystals
from ccdcgan.generation import exchange_draws
from ccdcgan.generation.exchange_draws import draw_exchanges, formulas_kept_out
from ccdcgan.networks.refiner import Refiner
from runs import ROOT

SETTINGS = changed(SECTIONS.constraint.exchanges, number=12, temperatures=(2.0, 8.0))
KNOWN = ROOT / "pretrained/known-phases.parquet"


class Wider(Refiner):
    """Strains each crystal as far as it may, and moves no atom."""

    def predict_on_batch(self, x: Any) -> Any:
        crystals = len(x["species"])
        wider = np.broadcast_to(100 * np.eye(3, dtype="f4"), (crystals, 3, 3))
        return np.zeros((*x["species"].shape, 3), "f4"), wider


def drawn(shard: int = 0, shards: int = 1, kept_out: tuple[str, ...] = ()) -> Crystals:
    settings = changed(SETTINGS, shards=shards)
    refiner = Wider(width=16, blocks=1)
    return draw_exchanges(
        templates_of(), refiner, settings, times=2, kept_out=kept_out, shard=shard, seed=3
    )


def test_crystals_are_of_the_training_part_and_of_elements_of_the_templates() -> None:
    found = drawn()
    assert len(found) == 12 and set(found["split"]) == {"train"}
    symbols = {symbol for species in found["species"] for symbol in species}
    assert symbols <= {symbol for species in templates_of()["species"] for symbol in species}


def test_every_other_crystal_is_refined() -> None:
    volumes = drawn()["volume_per_atom"].to_numpy()
    assert volumes[::2].mean() > 2 * volumes[1::2].mean()


def test_shards_are_the_whole() -> None:
    whole = drawn()
    parts = [drawn(shard, 3) for shard in range(3)]
    assert sorted(name for part in parts for name in part) == sorted(whole)
    for part in parts:
        for name in part:
            assert part.structure(name) == whole.structure(name)


def test_what_is_kept_out_is_not_drawn() -> None:
    kept_out = tuple(sorted(set(drawn()["formula"]))[:3])
    again = drawn(kept_out=kept_out)
    assert not set(again["formula"]) & set(kept_out) and len(again) == 12


def test_formulas_of_other_parts_and_of_known_phases_alone_are_kept_out() -> None:
    table = table_of()
    split = ["test" if name == "NaCl" else "train" for name in table]
    structures = table.assign(split=split)
    assert formulas_kept_out(structures, None) == {"NaCl"}
    found = formulas_kept_out(structures, KNOWN)
    assert {"NaCl", "MnSe", "HfCo2"} <= found and not found & {"CsCl", "KBr", "SrTiO3"}


def test_where_all_are_kept_out_is_one_clear_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exchange_draws, "formula_of", lambda counts: "NaCl")
    with pytest.raises(InputError, match=r"constraint\.exchanges: each of 1000 exchanges"):
        drawn(kept_out=("NaCl",))
