"""Metrics of sets of crystals, before and after relaxation."""

import json

import numpy as np
import pandas as pd
import pytest
from pymatgen.core import Lattice, Structure

from builders.relaxed_rows import ABOVE, CDLI, LAYERED, ROWS, relaxed_rows, table
from builders.structures import NACL, SILICON
from ccdcgan.codec.manifest import VALID, Decoded, to_manifest
from ccdcgan.core.artifacts import write_json
from ccdcgan.core.errors import InputError
from ccdcgan.crystals.table import Crystals
from ccdcgan.evaluation.measures import Measure, undefined
from ccdcgan.evaluation.set_metrics import (
    AFTER_RELAXATION,
    MEANINGS,
    PUBLISHED,
    after_relaxation,
    as_decoded,
    comparison,
    match_rate,
    measure_set,
    strictly_valid,
)
from ccdcgan.stability.known_phases import KnownPhases
from ccdcgan.stability.screen import screen

DATA = table({"rocksalt": NACL}, "train")


def decoded(crystals: list[Structure], energies: list[float] | None = None, test=CDLI, lost=0):
    """The measures of valid crystals and of `lost` graphs without one, NaCl being known."""
    made = [Decoded(VALID, list(c.symbol_set), c) for c in crystals]
    made += [Decoded("no atom", ["Na"])] * lost
    manifest = to_manifest("dcgan", [f"dcgan-{n:06d}" for n in range(len(made))], made)
    structures = Crystals.join([table({"rocksalt": NACL}, "train"), table({"b2": test}, "test")])
    predicted = None
    if energies is not None:
        manifest = manifest.assign(predicted_formation_energy_per_atom=energies)
        predicted = pd.DataFrame({"split": ["test", "train"], "predicted": [-1.0, 5.0]})
    return as_decoded(manifest, screen(manifest, structures), structures, predicted)


def test_atoms_closer_than_half_their_radii_are_not_strictly_valid() -> None:
    assert strictly_valid(NACL) and strictly_valid(SILICON)
    squeezed = Structure(CDLI.lattice, ["Cd", "Li"], [[0, 0, 0], [0.4, 0, 0]])
    # Radii of 1.44 and 1.28 Å: at least 1.36 Å apart, and here 1.32 Å.
    assert not strictly_valid(squeezed)
    squeezed.translate_sites([1], [0.02, 0, 0])
    assert strictly_valid(squeezed)
    assert not strictly_valid(Structure(Lattice.cubic(1.4), ["Cd"], [[0, 0, 0]]))  # own images
    assert strictly_valid(Structure(Lattice.cubic(3.0), ["Es"], [[0, 0, 0]]))


def test_every_measure_of_decoded_crystals() -> None:
    crystals = [CDLI, NACL, NACL.copy(), SILICON]
    found = decoded(crystals, [-2.0, -1.0, -1.0, 0.0, 9.0], lost=1)
    values = {name: measure.value for name, measure in found.items()}
    assert values["graphs"] == 5
    assert values["yield"] == values["strict_yield"] == 0.8
    assert values["unique"] == 0.75
    assert values["distinct"] == pytest.approx(2 / 3)  # rock salt is a training structure
    assert values["novel"] == pytest.approx(1 / 3)  # and B2 one of the test part
    assert (values["chemical_systems"], values["elements"]) == (3, 5)
    assert values["smact_valid"] == values["smact_valid_test"] == 1
    assert values["wasserstein_elements"] == pytest.approx(0.25)  # one of four has one, not two
    assert values["wasserstein_atoms"] == 0
    assert values["wasserstein_formation_energy"] == pytest.approx(0.5)  # without the lost graph
    assert found["wasserstein_density"].n == 4


def test_close_atoms_count_against_both_yields() -> None:
    close = Structure(CDLI.lattice, ["Cd", "Li"], [[0, 0, 0], [0.12, 0, 0]])  # 0.4 Å
    near = Structure(CDLI.lattice, ["Cd", "Li"], [[0, 0, 0], [0.2, 0, 0]])  # 0.66 Å
    found = decoded([CDLI, near, close])
    assert found["yield"].value == pytest.approx(2 / 3)
    assert found["strict_yield"].value == pytest.approx(1 / 3)


def test_identical_sets_have_no_distance() -> None:
    found = decoded([CDLI, CDLI * (1, 1, 1)], [-1.0, -1.0])
    assert [m.value for name, m in found.items() if name.startswith("wasserstein")] == [0] * 4
    assert found["unique"].value == 0.5


def test_element_shares_are_ranked_against_the_training_part() -> None:
    assert decoded([NACL])["element_rank_correlation"].reason  # both elements alike in both
    found = decoded([NACL, CDLI])["element_rank_correlation"]
    assert found.value is None or found.n == 4
    assert decoded([CDLI])["element_rank_correlation"].value == pytest.approx(-1)


def test_without_crystals_or_constraint_there_are_reasons() -> None:
    found = decoded([], lost=3)
    assert (found["graphs"].value, found["yield"].value) == (3, 0)
    reasons = [name for name, measure in found.items() if measure.value is None]
    assert {"unique", "novel", "smact_valid", "wasserstein_density"} <= set(reasons)
    assert all(found[name].reason for name in reasons)


def test_the_match_rate_is_that_of_one_sample(tmp_path) -> None:
    path = tmp_path / "dcgan.json"
    error, interval = "match_rate_standard_error", "match_rate_interval"
    found = {"n": 8, "match_rate": 0.25, error: 0.15, interval: [0.07, 0.59]}
    write_json(path, found)
    assert match_rate([path]) == {"match_rate": Measure(0.25, 8, 0.15, interval=(0.07, 0.59))}
    assert "does not measure it" in str(match_rate([])["match_rate"].reason)
    write_json(path, dict.fromkeys(found) | {"n": 0})
    assert match_rate([path])["match_rate"].reason == "no structure could be predicted"


def test_every_measure_of_relaxed_crystals() -> None:
    found = after_relaxation(ROWS, ABOVE, DATA, novel=8, graphs=100, keep_unconverged=True)
    values = {name: m.value for name, m in found.items()}
    # Four were drawn; one failed, one became a known phase, and two are new.
    assert (values["drawn"], values["relaxed"], values["converged"]) == (4, 2, 0.5)
    assert values["delta_formation_energy"] == pytest.approx(0.15)
    assert values["small_delta"] == values["negative"] == values["on_hull"] == 0.5
    assert values["near_hull"] == 1
    assert values["rmsd"] is None


def test_unconverged_crystals_and_those_that_repeat_a_lower_one_count_nowhere() -> None:
    rows = ROWS.assign(matches_after="")
    assert after_relaxation(rows, ABOVE, DATA, novel=4, graphs=4)["relaxed"].value == 2
    kept = after_relaxation(rows, ABOVE, DATA, novel=4, graphs=4, keep_unconverged=True)
    assert kept["relaxed"].value == 3
    repeated = rows.assign(duplicate_after=["", "", "", "dcgan-1"])
    found = after_relaxation(repeated, ABOVE, DATA, novel=4, graphs=4)
    assert (found["relaxed"].value, found["msun"].value) == (1, 0.25)


def test_nothing_relaxed_is_null_with_a_reason() -> None:
    for rows in (ROWS.take([]), ROWS.take(["dcgan-3"])):
        found = after_relaxation(rows, pd.Series(dtype=float), DATA, novel=3, graphs=9)
        assert list(found) == AFTER_RELAXATION
        unknown = {name: m.reason for name, m in found.items() if m.value is None}
        assert {"delta_formation_energy", "negative", "near_hull"} <= set(unknown)
        assert all(unknown.values())
    assert after_relaxation(ROWS, "no hull", DATA, novel=1, graphs=1)["sun"] == undefined("no hull")
    none = after_relaxation(ROWS.take([]), ABOVE, DATA, novel=0, graphs=9)
    assert (none["sun"].value, none["sun"].n) == (0, 9)


def test_a_set_is_measured_with_and_without_relaxation() -> None:
    made = to_manifest("dcgan", ["dcgan-4"], [Decoded(VALID, ["Cd", "Li"], LAYERED)])
    elements = {s: Structure(Lattice.cubic(3.4), [s], [[0, 0, 0]]) for s in ("Cd", "Li")}
    data = Crystals.join([table({"b2": CDLI}, "test", -0.3), table(elements, "train")])
    prints = pd.DataFrame({"id": ["a"], "structure": [[0.0]], "composition": [[0.0]]})
    options = {
        "predicted": None,
        "fingerprints": (prints, 2),
        "test": (prints, 1),
        "scale": (np.zeros(1), np.ones(1)),
        "systems": ["Cd-Li"],
        "predicted_structures": match_rate([]),
    }
    rows = relaxed_rows(("dcgan-4", "relaxed", -0.1, ""), dcgan_4=LAYERED)
    known = KnownPhases(data, "chgnet", "chgnet")
    both = made, screen(made, data), data
    found = measure_set(*both, relaxed=rows, known=known, **options)
    assert list(found) == list(MEANINGS)
    assert found["coverage_precision"]["value"] == 0.5 and found["sun"]["value"] == 0
    before = measure_set(*both, relaxed=None, known=None, **options)
    assert before["sun"] == {"value": None, "reason": "statistics.relaxed is false"}
    assert before["graphs"] == found["graphs"]


def test_variants_stand_beside_the_paper(tmp_path) -> None:
    paths = {}
    for number, variant in enumerate(("dcgan", "random")):
        measures = {name: Measure(number, 10, 0.1).entry() for name in MEANINGS}
        measures["sun"] = undefined("nothing relaxed").entry()
        paths[variant] = tmp_path / f"{variant}.json"
        write_json(paths[variant], {"measures": measures})
    found = comparison(paths).set_index("measure")
    assert found.loc["negative", ["dcgan", "random", "paper"]].tolist() == [0, 1, 355 / 493]
    assert set(found.index[found["paper"].notna()]) == set(PUBLISHED)
    assert found.loc["sun", "dcgan"] is None
    broken = json.loads(paths["dcgan"].read_text())
    broken["measures"].pop("sun")
    write_json(paths["dcgan"], broken)
    with pytest.raises(InputError, match=r"dcgan\.json: holds other measures"):
        comparison(paths)
