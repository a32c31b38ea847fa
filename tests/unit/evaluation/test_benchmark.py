"""What LeMat-GenBench would count: unique, novel, S.U.N., and the shares of all crystals."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from pymatgen.core import Lattice, Structure

from builders.structures import NACL, SILICON
from ccdcgan.core.errors import InputError
from ccdcgan.crystals.matching import Catalogue
from ccdcgan.crystals.table import Crystals
from ccdcgan.evaluation.benchmark import (
    MATCHER,
    MEANINGS,
    STABILITY,
    Judged,
    above_hulls,
    judge,
    mean,
    measure,
    read_energies,
    references_of,
    share,
    stability,
)
from ccdcgan.evaluation.benchmark_sample import Draw


def b2(symbols: str, length: float = 3.3, ratio: float = 1.0) -> Structure:
    return Structure(
        Lattice.tetragonal(length, ratio * length), symbols.split("-"), [[0] * 3, [0.5] * 3]
    )


def close(symbols: str) -> Structure:
    """Atoms 1.2 Å apart: invalid."""
    return Structure(Lattice.cubic(4), symbols.split("-"), [[0] * 3, [0.3, 0, 0]])


def references(**structures: Structure) -> Crystals:
    return Crystals.of_structures(structures).assign(reference="data")


# Invalid crystals repeat nothing and are neither unique nor novel.
DRAWN = Crystals.of_structures(
    {
        "a": b2("Cd-Li"),
        "b": NACL,
        "c": b2("Cd-Li", 3.5),  # a again: volumes are scaled
        "d": close("Cd-Li"),
        "e": b2("Cd-Li", ratio=1.4),
        "f": close("Cd-Li"),
        "g": SILICON * (2, 1, 1),
    }
)
KNOWN = references(rocksalt=NACL, silicon=SILICON, other=b2("Co-Hf"))


@pytest.fixture(scope="module")
def judged() -> Judged:
    return judge(DRAWN, KNOWN)


def flags(judged: Judged, column: str) -> str:
    """The ids of the rows where a column holds."""
    return "".join(judged.rows["id"][judged.rows[column].astype(bool)])


def test_the_last_of_equal_valid_crystals_is_unique(judged: Judged) -> None:
    assert flags(judged, "valid") == "abceg"
    assert flags(judged, "unique") == "bceg"
    repeated = judged.rows.set_index("id")["repeated_by"]
    assert repeated["a"] == "c" and (repeated.drop("a") == "").all()
    assert judged.earlier == {"a": [], "b": [], "c": ["a"], "e": [], "g": []}


def test_what_equals_a_reference_is_not_novel(judged: Judged) -> None:
    assert flags(judged, "novel") == "ace"
    matches = judged.rows.set_index("id")["matches"]
    assert (matches["b"], matches["g"], matches["a"]) == ("rocksalt", "silicon", "")
    assert judged.references == {"data": 3}


def test_the_rows_do_not_depend_on_the_processes(judged: Judged) -> None:
    pd.testing.assert_frame_equal(judge(DRAWN, KNOWN, processes=2).rows, judged.rows)


def test_nothing_is_known_and_nothing_is_valid() -> None:
    none = KNOWN.where([False] * len(KNOWN))
    assert flags(judge(DRAWN, none), "novel") == "abceg"
    invalid = judge(DRAWN.take(["d", "f"]), KNOWN)
    assert flags(invalid, "unique") == flags(invalid, "novel") == ""


def test_lengths_are_compared_to_a_tenth() -> None:
    """StructureMatcher's own tolerance is twice as large: c/a = 1.25 still equals 1 there."""
    for matcher, ratio, name in ((MATCHER, 1.25, None), (MATCHER, 1.12, "b2"), (None, 1.25, "b2")):
        catalogue = Catalogue.of(references(b2=b2("Cd-Li")), matcher)
        assert catalogue.first_match(b2("Cd-Li", ratio=ratio)) == name


def by_hand(**rows: tuple[bool, bool, list[str]]) -> Judged:
    """Crystals that are valid, novel, and equal some earlier ones."""
    table = pd.DataFrame(
        [{"id": i, "valid": valid, "novel": novel} for i, (valid, novel, _) in rows.items()]
    )
    return Judged(table, {name: equal for name, (_, _, equal) in rows.items()}, {})


def test_sun_is_stable_then_unique_then_novel() -> None:
    found = stability(
        by_hand(
            a=(True, True, []),  # above 0: metastable
            b=(True, True, ["a"]),  # stable, equals a metastable one alone
            c=(True, True, ["a", "b"]),  # stable, equals a stable one
            d=(True, False, []),  # stable and known
            e=(False, False, []),  # stable and invalid
            f=(True, True, ["a", "b", "c"]),  # metastable, equals a metastable one
            g=(True, True, []),  # exactly 0
            h=(True, True, []),  # exactly 0.1
            i=(True, True, []),  # above
            j=(True, True, []),  # without an energy
            k=(True, True, ["d"]),  # stable, equals a known one that is not novel
        ),
        pd.Series(
            {
                **{"a": 0.05, "b": -0.2, "c": -0.1, "d": -0.3, "e": -1.0, "f": 0.09},
                **{"g": 0.0, "h": 0.1, "i": 0.1001, "j": np.nan, "k": -0.5},
            }
        ),
    )
    names = list("abcdefghijk")
    by_name = dict(zip(names, found.itertuples(index=False), strict=True))
    assert {n for n in names if by_name[n].stability == "stable"} == set("bcdgk")
    assert {n for n in names if by_name[n].stability == "metastable"} == set("afh")
    assert {n for n in names if by_name[n].unique} == set("abdgh")
    assert {n for n in names if by_name[n].sun == "S.U.N."} == set("bg")
    assert {n for n in names if by_name[n].sun == "M.S.U.N."} == set("ah")


def energies(*rows: tuple[str, float, float, str]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["id", "e_above_hull", "rmsd", "status"])


FIRST = energies(
    ("a", -0.02, 0.1, "relaxed"),
    ("b", -0.50, 0.2, "static"),
    ("c", 0.04, 0.3, "relaxed"),
    ("d", -0.90, 0.4, "relaxed"),
    ("e", -0.30, 0.5, "not converged"),
)
SECOND = energies(("a", 0.12, 0.3, "relaxed"), ("c", -0.10, np.nan, "relaxed"))


def test_all_shares_of_all_crystals(judged: Judged) -> None:
    rows, found = measure(judged, Draw(DRAWN, 10, {"no atom": 3}), {"first": FIRST})
    assert (found["graphs"], found["without_crystal"]) == (10, {"no atom": 3})
    assert found["references"] == {"data": 3}
    counts = {n: (m["numerator"], m["denominator"]) for n, m in found["shares"].items()}
    assert counts == {
        **{"crystals": (7, 10), "charge_neutral": (7, 7), "distances": (5, 7)},
        **{"half_radii": (5, 7), "plausible": (7, 7), "valid": (5, 7)},
        **{"unique": (4, 7), "unique_of_valid": (4, 5), "novel": (3, 7), "novel_of_valid": (3, 5)},
    }
    assert all(m["share"] == m["numerator"] / m["denominator"] for m in found["shares"].values())
    first = found["stability"]["first"]
    assert {name: first[name]["numerator"] for name in STABILITY} == {
        **{"energies": 3, "stable": 2, "unique_in_stable": 2, "sun": 1},
        **{"metastable": 1, "unique_in_metastable": 1, "msun": 1},
    }
    assert {first[name]["denominator"] for name in STABILITY} == {7}
    # d is invalid and e has not converged: neither is in a mean.
    assert first["rmsd"]["mean"] == pytest.approx(0.2) and first["rmsd"]["n"] == 3
    assert first["e_above_hull"]["mean"] == pytest.approx(-0.16)
    assert list(rows["sun_first"]) == ["S.U.N.", "", "M.S.U.N.", "", "", "", ""]
    assert list(rows["id"]) == list(DRAWN)


def test_the_mean_of_potentials_is_that_of_the_numbers_there_are(judged: Judged) -> None:
    above, moved = above_hulls(judged, {"first": FIRST, "second": SECOND})
    assert above["mean"].to_dict() == pytest.approx({"a": 0.05, "b": -0.5, "c": -0.03, "d": -0.9})
    assert moved["mean"]["c"] == pytest.approx(0.3)
    _, found = measure(judged, Draw(DRAWN, 7, {}), {"first": FIRST, "second": SECOND})
    sun = {name: part["sun"]["numerator"] for name, part in found["stability"].items()}
    msun = {name: part["msun"]["numerator"] for name, part in found["stability"].items()}
    assert sun == {"first": 1, "second": 1, "mean": 1}
    assert msun == {"first": 1, "second": 0, "mean": 1}


def test_without_energies_nothing_is_said_of_stability(judged: Judged) -> None:
    rows, found = measure(judged, Draw(DRAWN, 7, {}), {})
    assert found["stability"] == {} and set(found["shares"]) == set(MEANINGS)
    assert not [name for name in rows if name.startswith(("sun", "e_above"))]


def test_energies_of_other_crystals_are_one_line(judged: Judged) -> None:
    strange = energies(("zzz", 0.0, 0.0, "relaxed"))
    with pytest.raises(InputError, match="energies of chgnet: 'zzz' is none of the crystals"):
        above_hulls(judged, {"chgnet": strange})


def test_a_damaged_table_of_energies_is_one_line(tmp_path: Path) -> None:
    SECOND.to_csv(tmp_path / "second.csv", index=False)
    pd.testing.assert_frame_equal(read_energies(tmp_path / "second.csv"), SECOND)
    SECOND.drop(columns="status").to_csv(tmp_path / "second.csv", index=False)
    with pytest.raises(InputError, match=r"second\.csv: the columns \['status'\] are missing"):
        read_energies(tmp_path / "second.csv")


@pytest.mark.parametrize(
    ("numerator", "denominator", "interval"),
    # Wilson's limits by hand: (p + z²/2n ± z√(p(1-p)/n + z²/4n²)) / (1 + z²/n), z = 1.95996
    [(0, 10, [0.0, 0.27753]), (5, 10, [0.23659, 0.76341]), (5, 2500, [0.000855, 0.004673])],
)
def test_the_interval_is_wilsons(numerator: int, denominator: int, interval: list[float]) -> None:
    found = share(numerator, denominator, "some")
    assert found["share"] == numerator / denominator
    assert found["interval"] == pytest.approx(interval, abs=2e-5)


def test_what_is_of_nothing_has_no_share_and_no_mean() -> None:
    assert share(0, 0, "none")["share"] is None and share(0, 0, "none")["interval"] is None
    found: Mapping[str, object] = mean(pd.Series([np.nan, np.nan]), "none")
    assert (found["mean"], found["n"], found["standard_error"]) == (None, 0, None)
    found = mean(pd.Series([1.0, 3.0, np.nan]), "two")
    assert (found["mean"], found["n"], found["standard_error"]) == (2.0, 2, pytest.approx(1.0))


def test_references_are_phases_and_known_structures_once() -> None:
    data = Crystals.of_structures({"a": NACL, "b": SILICON}, kind=["phase", "copy"])
    known = Crystals.of_structures({"a": NACL, "c": b2("Cd-Li")})
    found = references_of(data, [known, known])
    assert list(found) == ["a", "c"] and list(found["reference"]) == ["data", "known"]
    assert list(references_of(data, [])) == ["a"]
