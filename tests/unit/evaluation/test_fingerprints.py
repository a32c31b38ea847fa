"""Fingerprints of crystals and the coverage by them."""

import numpy as np
import pandas as pd
import pytest

from builders.structures import NACL, SILICON
from ccdcgan.codec.manifest import VALID, Decoded, to_manifest
from ccdcgan.core.errors import InputError
from ccdcgan.crystals.table import Crystals, write_structures
from ccdcgan.evaluation.fingerprints import (
    composition_scale,
    coverage,
    fingerprint_sample,
    fingerprints,
    read_fingerprints,
)
from ccdcgan.evaluation.set_metrics import covered


def vectors(*pairs: tuple[float | None, float]) -> pd.DataFrame:
    """Fingerprints of which one number each differs from zero."""
    rows = [
        (str(n), None if site is None else [site, 0.0], [magpie, 0.0])
        for n, (site, magpie) in enumerate(pairs)
    ]
    return pd.DataFrame(rows, columns=["id", "structure", "composition"])


PLAIN = (np.zeros(2), np.ones(2))


def test_coverage_has_cutoffs_for_structure_and_composition() -> None:
    known = vectors((0.0, 0.0), (5.0, 0.0))
    made = vectors((0.39, 9.9), (0.41, 0.0), (None, 0.0))
    found = coverage(made, known, PLAIN)
    assert found["recall"].tolist() == [True, False]
    assert found["precision"].tolist() == [True, False, False]
    assert not coverage(vectors((0.0, 10.1)), known, PLAIN)["recall"].any()
    # Standardised, the same difference is half as long.
    assert coverage(vectors((0.0, 10.1)), known, (np.zeros(2), np.full(2, 2.0)))["recall"].any()
    measures = covered(found, graphs=4)
    assert (measures["coverage_recall"].value, measures["coverage_precision"].value) == (0.5, 0.25)
    assert not coverage(made.iloc[:0], known, PLAIN)["recall"].any()


def test_coverage_of_crystals() -> None:
    first = fingerprints(Crystals.of_structures({"a": NACL, "b": SILICON}))
    other = Crystals.of_structures({"c": SILICON, "d": NACL * (1, 1, 2)})
    second = fingerprints(other, processes=2)
    mean, deviation = composition_scale(pd.Series(["NaCl", "Si", "CdLi"])).to_numpy()[:, 1:].T
    scale = mean.astype(float), deviation.astype(float)
    same = coverage(first, second, scale)
    assert same["recall"].all() and same["precision"].all()
    alone = coverage(first[:1], second, scale)
    assert alone["recall"].tolist() == [False, True]
    assert len(first["structure"][0]) == 61 and len(first["composition"][0]) == 132


def test_a_changed_bit_of_a_table_of_fingerprints_is_one_line(tmp_path) -> None:
    path = tmp_path / "f.parquet"
    write_structures(path, vectors((0.1, 0.2)), {"drawn": 1})
    damaged = bytearray(path.read_bytes())
    damaged[len(damaged) // 3] ^= 1
    path.write_bytes(damaged)
    with pytest.raises(InputError, match=r"f\.parquet: not a readable Parquet file"):
        read_fingerprints(path)


def test_graphs_without_a_crystal_are_drawn_too(tmp_path) -> None:
    decoded = [Decoded(VALID, ["Si"], SILICON), Decoded("no atom", ["Si"])] * 2
    crystals = to_manifest("dcgan", "abcd", decoded)
    table, notes = fingerprint_sample(crystals, None, 9, seed=1)
    assert list(table["id"]) == ["a", "c"] and notes == {"drawn": 4}
    write_structures(tmp_path / "f.parquet", table, notes)
    back, drawn = read_fingerprints(tmp_path / "f.parquet")
    assert drawn == 4 and list(back["id"]) == ["a", "c"]
    assert fingerprint_sample(crystals, None, 1, seed=1)[1] == {"drawn": 1}
    parts = crystals.assign(split=["train", "train", "test", "train"])
    table, notes = fingerprint_sample(parts, "test", 9, seed=1)
    assert list(table["id"]) == ["c"] and notes == {"drawn": 1}
