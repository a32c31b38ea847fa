"""Structures predicted from compositions: what is asked, what is compared, what is left out."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from pymatgen.core import Lattice, Structure

from builders.settings import SECTIONS, changed
from builders.structures import BCC, NACL
from builders.templates import B1, B2, counts_of, crystal, templates_of
from builders.templates import CRYSTALS as TEMPLATES
from ccdcgan.codec.manifest import OTHER_COMPOSITION, VALID, Decoded
from ccdcgan.core.errors import InputError
from ccdcgan.crystals.structure_types import structure_type
from ccdcgan.crystals.table import Crystals
from ccdcgan.crystals.templates import Templates
from ccdcgan.evaluation.round_trip import CDVAE
from ccdcgan.generation.structure_prediction import (
    NO_TEMPLATE,
    compare,
    predict_shard,
    predict_structures,
    reason_to_skip,
    sampled_structures,
)
from ccdcgan.networks.autoencoder import load_autoencoders
from runs import ROOT

FAR = Structure(Lattice.tetragonal(2.5, 12.0), NACL.species, [[0, 0, 0], [0, 0, 0.2]])
MOVED = Structure(NACL.lattice.scale(60), NACL.species, [[0, 0, 0], [0.53, 0.53, 0.53]])
SHIPPED = ROOT / "pretrained"
KNOWN = {"Na", "Cl", "Li"}


def data(**structures: Structure) -> Crystals:
    return Crystals.of_structures(structures).assign(split="test", kind="phase")


def test_the_tolerances_are_those_of_the_literature() -> None:
    tolerances = CDVAE.as_dict()
    assert (tolerances["stol"], tolerances["ltol"], tolerances["angle_tol"]) == (0.5, 0.3, 10)


def test_each_sample_is_compared_with_the_true_structure() -> None:
    answers = iter(
        [
            Decoded(VALID, ["Na", "Cl"], FAR),
            Decoded(VALID, ["Na", "Cl"], MOVED),
            Decoded(VALID, ["Na", "Cl"], NACL),
            Decoded("no lattice", ["Li"]),
            Decoded(VALID, ["Li"], Structure(BCC.lattice, ["Li"], [[0] * 3])),
            Decoded("atoms too close", ["Li"], BCC),
        ]
    )
    asked: list[np.ndarray] = []

    samples: list[int] = []

    def predict(
        counts: Any, random: Sequence[np.random.Generator], numbers: Sequence[int]
    ) -> list[Decoded]:
        assert len(random) == len(counts)
        asked.extend(counts)
        samples.extend(numbers)
        return [next(answers) for _ in counts]

    found = predict_structures(data(salt=NACL, bcc=BCC), predict, KNOWN, tries=3, seed=1)
    assert [counts[[3, 11, 17]].tolist() for counts in asked] == [[0, 1, 1]] * 3 + [[2, 0, 0]] * 3
    assert samples == [0, 1, 2] * 2
    assert found["status"].tolist() == [
        [VALID] * 3,
        ["no lattice", OTHER_COMPOSITION, "atoms too close"],
    ]
    far, moved, same = found["rms"][0]
    assert np.isnan(far) and 0.01 < moved < 0.2 and same == pytest.approx(0, abs=1e-6)
    assert np.isnan(found["rms"][1]).all()
    # The closest sample is kept, and none where none matches.
    assert list(found.structures()) == ["salt"]
    assert found.structure("salt").volume == pytest.approx(NACL.volume)


def test_nothing_of_a_structure_but_its_counts_of_atoms_and_id_is_told() -> None:
    """Another crystal of the same composition and id gets the same counts and the same noise."""
    told: dict[str, Any] = {}

    def predictor(name: str) -> Any:
        def predict(
            counts: Any, random: Sequence[np.random.Generator], _: Sequence[int]
        ) -> list[Decoded]:
            told[name] = (counts.tolist(), [one.random() for one in random])
            return [Decoded("no lattice", [])] * len(counts)

        return predict

    stretched = Structure(
        Lattice.from_parameters(9, 7, 5, 80, 95, 70),
        ["Cl", "Na"],
        [[0.1, 0.2, 0.3], [0.7, 0.8, 0.4]],
    )
    predict_structures(data(x=NACL), predictor("rock salt"), KNOWN, tries=4, seed=3)
    predict_structures(data(x=stretched), predictor("another"), KNOWN, tries=4, seed=3)
    assert told["rock salt"] == told["another"]
    assert len(set(told["another"][1])) == 4
    predict_structures(data(y=BCC, x=NACL), predictor("beside"), KNOWN, tries=4, seed=3)
    assert told["beside"][1][4:] == told["another"][1]
    predict_structures(data(x=NACL), predictor("seed"), KNOWN, tries=4, seed=4)
    assert not set(told["seed"][1]) & set(told["another"][1])


def test_what_the_networks_do_not_know_is_skipped_with_its_reason() -> None:
    assert reason_to_skip(["Na"] * 21, KNOWN) == "21 atoms are more than 20"
    assert reason_to_skip(list("HBCNOFPSK"), KNOWN) == "9 elements are more than 8"
    assert reason_to_skip(["Na"] * 20, KNOWN) == ""
    krypton = Structure(Lattice.cubic(5), ["Kr", "Ne"], [[0] * 3, [0.5] * 3])

    def predict(counts: Any, *_: Any) -> list[Decoded]:
        assert not counts[:, [10, 36]].any()
        return [Decoded("no lattice", [])] * len(counts)

    found = predict_structures(data(gas=krypton, salt=NACL), predict, KNOWN, tries=2, seed=1)
    assert list(found) == ["gas", "salt"]
    assert found["skipped"][0] == "Kr, Ne in no structure that the networks were trained on"
    assert (found["status"][0], found["rms"][0], found["skipped"][1]) == ([], [], "")
    assert len(found["status"][1]) == 2


def test_a_degenerate_cell_is_no_match(monkeypatch: pytest.MonkeyPatch) -> None:
    def no_cell(*_: Any) -> None:
        raise ValueError("no Niggli cell")

    monkeypatch.setattr(CDVAE, "get_rms_dist", no_cell)
    status, distance = compare(NACL, Decoded(VALID, ["Na", "Cl"], NACL))
    assert status == VALID and np.isnan(distance)


def test_phases_of_the_test_part_are_drawn_by_the_seed() -> None:
    structures = Crystals.of_structures({f"s{n:02d}": BCC * (1, 1, 1 + n % 3) for n in range(30)})
    mixed = structures.assign(split=["test", "train"] * 15, kind=["phase"] * 20 + ["copy"] * 10)
    chosen = sampled_structures(mixed, None, 1)
    assert sorted(chosen) == [f"s{n:02d}" for n in range(0, 20, 2)]
    assert chosen["num_sites"].is_monotonic_increasing
    few = list(sampled_structures(mixed, 4, 1))
    assert len(few) == 4 and few == list(sampled_structures(mixed, 4, 1))
    assert any(list(sampled_structures(mixed, 4, seed)) != few for seed in range(2, 6))
    with pytest.raises(InputError, match="no phase in the part 'test' to predict"):
        sampled_structures(mixed.part("train"), 4, 1)


def test_shards_are_the_whole_whatever_their_number() -> None:
    """By shipped networks, since what no network has learnt is no stable answer."""
    unknown = Structure(Lattice.cubic(5), ["Es"], [[0] * 3])
    structures = data(salt=NACL, bcc=BCC, far=FAR, unknown=unknown)
    sites = str(SHIPPED / "combined.keras")

    def shard(number: int, shards: int) -> pd.DataFrame:
        found = predict_shard(
            structures,
            changed(SECTIONS.csp, tries=2, shards=shards),
            network="templates",
            generator=str(SHIPPED / "templates.parquet"),
            compositions=[],
            denoiser=[str(SHIPPED / "denoiser.keras")],
            refiner=[],
            constraints=[], properties=[], known_phases=None,
            autoencoders=load_autoencoders(str(SHIPPED / "lattice.keras"), [sites], []),
            generate=changed(SECTIONS.generate, start=1.2, levels=3, final_steps=3),
            decode=SECTIONS.decode,
            shard=number,
            seed=1,
        )  # fmt: skip
        return found.table.set_index("id")

    whole = shard(0, 1)
    parts = pd.concat([shard(number, 5) for number in range(5)])  # the last one is empty
    assert sorted(parts.index) == sorted(whole.index) == ["bcc", "far", "salt", "unknown"]
    for name, row in whole.iterrows():
        assert parts.loc[name, "status"] == row["status"]
        np.testing.assert_allclose(parts.loc[name, "rms"], row["rms"], atol=1e-3)
    assert whole.loc["unknown", "skipped"].startswith("Es in no structure")
    assert whole["status"].map(len).to_dict() == {"unknown": 0, "bcc": 2, "far": 2, "salt": 2}
    assert {one for statuses in whole["status"] for one in statuses} == {VALID}


def test_templates_predict_with_the_likeliest_first(tmp_path: Path) -> None:
    """By shipped autoencoders; rubidium is in no template, and of Na2Cl there is no template."""
    templates_of().write(tmp_path / "crystals.parquet", {})
    salt = crystal(B1, "K", "Cl", edge=6.29)
    odd = Structure(Lattice.cubic(6), ["Na", "Na", "Cl"], [[0] * 3, [0.5] * 3, [0.5, 0, 0]])
    rare = crystal(B2, "Rb", "Cl", edge=3.8)
    sites = str(SHIPPED / "combined.keras")

    def predicted(tries: int) -> Crystals:
        return predict_shard(
            data(salt=salt, odd=odd, rare=rare),
            changed(SECTIONS.csp, tries=tries, shards=1),
            network="templates",
            generator=str(tmp_path / "crystals.parquet"),
            compositions=[],
            denoiser=[], constraints=[], properties=[],
            refiner=[], known_phases=None,
            autoencoders=load_autoencoders(str(SHIPPED / "lattice.keras"), [sites], []),
            generate=changed(SECTIONS.generate, start=0),
            decode=SECTIONS.decode,
            shard=0,
            seed=1,
        )  # fmt: skip

    templates = Templates(templates_of())
    ways = templates.for_composition(counts_of({"K": 1, "Cl": 1})[0], 5)
    kinds = [int(templates.types[one.template]) for one in ways]
    assert len(ways) == 5 and len(set(kinds)) == 2
    rows = predicted(6).table.set_index("id")
    assert rows.loc["odd", "status"] == [NO_TEMPLATE] * 6
    assert np.isnan(rows.loc["odd", "rms"]).all() and rows.loc["odd", "skipped"] == ""
    assert rows.loc["rare", "skipped"].startswith("Rb in no structure")
    assert rows.loc["salt", "status"] == [VALID] * 6
    rock_salt = int(templates.types[list(TEMPLATES).index("NaCl")])
    found = np.array(rows.loc["salt", "rms"])
    assert np.isfinite(found[:5]).tolist() == [kind == rock_salt for kind in kinds]
    assert found[5] == pytest.approx(found[0], abs=1e-4, nan_ok=True)  # a sixth way there is not
    assert structure_type(predicted(6).structure("salt")) == "225: 1 m-3m | 1 m-3m"
    alone = predicted(1).table.set_index("id")
    assert alone.loc["salt", "rms"] == pytest.approx(found[:1].tolist(), abs=1e-4, nan_ok=True)
