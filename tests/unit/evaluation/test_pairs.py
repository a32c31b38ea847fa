"""Variants compared graph by graph where their compositions are equal."""

from pathlib import Path

import pandas as pd
import pytest

from ccdcgan.core.errors import InputError
from ccdcgan.crystals.table import ATOMS, Crystals
from ccdcgan.evaluation.pairs import COLUMNS, compare_pairs
from ccdcgan.stability.outcomes import CONVERGED, NOT_CONVERGED, RELAXED


def relaxed(
    folder: Path, variant: str, rows: list[tuple[int, str, float, float, str]]
) -> dict[str, str]:
    """Write a table of relaxed crystals: number of the graph, formula, energies and outcome."""
    table = pd.DataFrame(
        [
            {
                "id": f"{variant}-{number:06d}",
                "formula": formula,
                "status": status,
                "formation_energy_before": before,
                "formation_energy_after": after,
            }
            for number, formula, before, after, status in rows
        ]
    ).reindex(columns=[*RELAXED, *ATOMS])
    path = folder / f"{variant}.parquet"
    Crystals(table).write(path, {})
    return {variant: str(path)}


def test_graphs_of_one_number_and_composition_are_compared(tmp_path: Path) -> None:
    paths = relaxed(
        tmp_path,
        "dcgan",
        [
            (0, "NaCl", -1.0, -1.2, CONVERGED),
            (1, "KCl", -1.0, -1.1, CONVERGED),
            (2, "LiF", -2.0, -2.0, CONVERGED),
            (3, "LiBr", -1.0, -1.0, NOT_CONVERGED),
            (5, "CsCl", -1.0, -1.0, CONVERGED),
        ],
    ) | relaxed(
        tmp_path,
        "arm",
        [
            (0, "NaCl", -1.1, -1.2, CONVERGED),
            (1, "KCl", -1.1, -1.3, CONVERGED),
            (2, "NaF", -9.0, -9.0, CONVERGED),
            (3, "LiBr", -9.0, -9.0, CONVERGED),
            (4, "CsCl", -9.0, -9.0, CONVERGED),
        ],
    )
    found = compare_pairs(paths)
    assert tuple(found.columns) == COLUMNS
    (row,) = found.to_dict("records")
    assert (row["first"], row["second"], row["pairs"], row["equal"]) == ("dcgan", "arm", 2, 1)
    assert row["formation_energy_before_mean"] == pytest.approx(-0.1)
    assert row["formation_energy_after_mean"] == pytest.approx(-0.1)
    assert row["formation_energy_after_median"] == pytest.approx(-0.1)
    assert row["formation_energy_after_standard_error"] == pytest.approx(0.1)
    (more,) = compare_pairs(paths, keep_unconverged=True).to_dict("records")
    assert more["pairs"] == 3


def test_variants_without_a_pair_have_a_row_without_numbers(tmp_path: Path) -> None:
    paths = relaxed(tmp_path, "dcgan", [(0, "NaCl", -1.0, -1.0, CONVERGED)])
    paths |= relaxed(tmp_path, "ccdcgan", [(0, "KCl", -1.0, -1.0, CONVERGED)])
    paths |= relaxed(tmp_path, "arm", [(1, "NaCl", -1.0, -1.0, CONVERGED)])
    found = compare_pairs(paths)
    assert list(zip(found["first"], found["second"], strict=True)) == [
        ("dcgan", "ccdcgan"),
        ("dcgan", "arm"),
        ("ccdcgan", "arm"),
    ]
    assert (found["pairs"] == 0).all()
    assert found["formation_energy_after_mean"].isna().all()


def test_a_damaged_table_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "relaxed.parquet"
    path.write_bytes(b"no table")
    with pytest.raises(InputError, match=r"relaxed\.parquet"):
        compare_pairs({"dcgan": path, "ccdcgan": path})
