"""A row for each graph, which says how far it came."""

import numpy as np
import pandas as pd
import pytest
from pymatgen.core import Element, Lattice, Structure

from builders.structures import BCC, ODD
from ccdcgan.core.shards import write_shard
from ccdcgan.crystals.table import Crystals, atoms_of
from ccdcgan.report.graph_fates import read_asked, summarise
from ccdcgan.report.summary import SUMMARY
from ccdcgan.stability.outcomes import RELAXED, SCREENED

B2 = Structure(Lattice.cubic(3.3), ["Cd", "Li"], [[0] * 3, [0.5] * 3])
IDS = [f"dcgan-{number:06d}" for number in range(8)]
FATES = [
    ("graph", "no atom"),
    ("valid", "equals dcgan-000002"),
    ("stable", ""),
    ("novel", "not drawn for relaxation"),
    ("novel", "failed: NaN"),
    ("relaxed", "relaxed into Li-003"),
    ("relaxed", "relaxed into dcgan-000002"),
    ("relaxed", "0.120 eV/atom above the known hull"),
]


@pytest.fixture
def summary() -> pd.DataFrame:
    asked = pd.DataFrame({"id": IDS, "seed": 7, "composition_asked": "Li2Cd2"})
    reached = [reached for reached, _ in FATES]
    valid = [stage != "graph" for stage in reached]
    unique = [stage not in ("graph", "valid") for stage in reached]
    manifest = pd.DataFrame(
        {
            "id": IDS,
            "variant": "dcgan",
            "status": ["valid" if one else "no atom" for one in valid],
            "num_sites": [2 if one else np.nan for one in valid],
            "space_group": [221 if one else np.nan for one in valid],
            "predicted_band_gap": 0.5,
        }
    )
    screened = pd.DataFrame("", IDS, SCREENED).assign(
        id=IDS, valid=valid, unique=unique, novel=unique
    )
    screened.loc[[IDS[0], IDS[1]], "dropped"] = ["no atom", "equals dcgan-000002"]
    tried = [IDS[n] for n in (2, 4, 5, 6, 7)]
    relaxed = pd.DataFrame("", tried, RELAXED).assign(id=tried, status="relaxed")
    relaxed.loc[IDS[4], "status"] = "failed: NaN"
    relaxed.loc[IDS[5], "matches_after"] = "Li-003"
    relaxed.loc[IDS[6], "duplicate_after"] = IDS[2]
    relaxed["space_group_after"] = [221, np.nan, 229, 221, 2]
    crystals = {IDS[2]: B2, IDS[5]: BCC, IDS[6]: B2 * (2, 1, 1), IDS[7]: ODD}
    atoms = pd.DataFrame([atoms_of(crystals.get(name)) for name in tried], tried)
    hull = pd.DataFrame(
        {
            "id": ["CdLi-240", *crystals],
            "e_above_known_hull": [0.0, -0.01, 0.0, -0.01, 0.12],
            "e_above_redefined_hull": [0.01, 0.0, 0.0, 0.0, 0.13],
            "stable": [True, True, True, True, False],
            "decomposition_known": "1.000 LiCd",
            "decomposition_redefined": "1.000 LiCd",
        }
    )
    # An element lies on the hulls of two systems.
    tables = Crystals(manifest), Crystals(screened), Crystals(relaxed.join(atoms))
    return summarise(asked, *tables, [hull, hull.iloc[2:3]])


def test_every_graph_has_a_row_that_says_how_far_it_came(summary: pd.DataFrame) -> None:
    assert list(summary.columns) == [*SUMMARY, "predicted_band_gap"]
    assert list(summary["id"]) == IDS
    assert list(zip(summary["reached"], summary["dropped"], strict=True)) == FATES


def test_a_row_holds_prototype_space_groups_and_what_a_crystal_repeats(
    summary: pd.DataFrame,
) -> None:
    rows = summary.set_index("id")
    assert rows["prototype"][IDS[2]] == rows["prototype"][IDS[6]] == "AB_cP2_221_b_a (B2)"
    assert rows["prototype"][IDS[7]] == ""
    repeats = rows["duplicate_after"].fillna("")
    assert repeats[repeats != ""].to_dict() == {IDS[6]: IDS[2]}
    assert rows["space_group_before"][IDS[5]] == 221
    assert rows["space_group_after"][IDS[5]] == 229
    assert pd.isna(rows["space_group_before"][IDS[0]])


def test_a_crystal_without_a_hull_says_why() -> None:
    row = pd.DataFrame({"id": IDS[:1]})
    screened = pd.DataFrame("", [0], SCREENED).assign(id=IDS[0], valid=True, unique=True)
    relaxed = pd.DataFrame("", [0], RELAXED).assign(id=IDS[0], status="relaxed")
    hull = pd.DataFrame(
        {
            "id": IDS[:1],
            "e_above_known_hull": np.nan,
            "e_above_redefined_hull": np.nan,
            "stable": False,
            "decomposition_known": "no hull: no known phase of Li alone",
            "decomposition_redefined": "",
        }
    )
    table = summarise(
        row.assign(seed=1, composition_asked="Li"),
        Crystals(row.assign(variant="dcgan", status="valid", num_sites=2, space_group=1)),
        Crystals(screened.assign(novel=True)),
        Crystals(relaxed.assign(space_group_after=1, **{k: [v] for k, v in atoms_of(B2).items()})),
        [hull],
    )
    assert table["dropped"][0] == "no hull: no known phase of Li alone"


def test_seed_and_composition_come_from_the_batch(tmp_path) -> None:
    path = tmp_path / "shard-0000.h5"
    counts = np.zeros((1, 100), dtype="u1")
    counts[0, [Element("Li").Z, Element("Cd").Z]] = 4, 2
    with write_shard(path, "crystal graphs", {}, {"seed": 42}) as shard:
        shard.column("counts", counts)
        shard.strings("id", ["dcgan-000000"])
    assert read_asked([path]).to_dict("records") == [
        {"id": "dcgan-000000", "seed": 42, "composition_asked": "Li4Cd2"}
    ]
