"""How many structures came back from their graphs, and what kind of structure did not."""

from typing import Any

import numpy as np
import pandas as pd
from pymatgen.core import Structure

from ccdcgan.codec.manifest import VALID
from ccdcgan.crystals.table import Crystals

CRYSTAL_SYSTEMS = {
    "triclinic": 2,
    "monoclinic": 15,
    "orthorhombic": 74,
    "tetragonal": 142,
    "trigonal": 167,
    "hexagonal": 194,
    "cubic": 230,
}
"""The last space group of each."""
COLUMNS = (
    "id",
    "split",
    "num_sites",
    "num_elements",
    "space_group",
    "status",
    "decoded_sites",
    "reproduced",
    "rms",
    "known",
    "known_rms",
    "sites",
    "length_error",
    "angle_error",
    "cdvae",
    "cdvae_rms",
)


def summarise(table: pd.DataFrame) -> dict[str, Any]:
    """Sum up the shares that came back and the means of the errors, for each part."""
    return {str(split): rates(rows) for split, rows in table.groupby("split")}


def rates(table: pd.DataFrame) -> dict[str, Any]:
    """Count structures, the share that came back in each sense, and the mean errors."""
    entry: dict[str, Any] = {"structures": len(table)}
    for name in ("reproduced", "known", "sites", "cdvae"):
        if name in table:
            entry[name] = float(table[name].mean())
    for name in ("rms", "known_rms", "cdvae_rms", "length_error", "angle_error"):
        if name in table and table[name].notna().any():
            entry[f"mean_{name}"] = float(table[name].astype(float).mean())
    return entry


def evaluate(table: pd.DataFrame) -> dict[str, Any]:
    """Give the rates of all structures together and by what they are.

    `n`, `reproduction_blind`, `reproduction_known`, `rms`, `cdvae_rate` and `cdvae_rmse` say the
    most important in the words that others use.
    """
    total = rates(table)
    systems = pd.cut(
        table["space_group"], [0, *CRYSTAL_SYSTEMS.values()], labels=list(CRYSTAL_SYSTEMS)
    )
    groups = {
        "num_sites": table["num_sites"],
        "num_elements": table["num_elements"],
        "crystal_system": systems,
    }
    return {
        "n": total["structures"],
        "reproduction_blind": total["reproduced"],
        "reproduction_known": total["known"],
        "rms": total.get("mean_rms"),
        "cdvae_rate": total["cdvae"],
        "cdvae_rmse": total.get("mean_cdvae_rms"),
        "all": total,
        "status": table["status"].value_counts().to_dict(),
        "by": {
            name: {str(value): rates(rows) for value, rows in table.groupby(keys, observed=True)}
            for name, keys in groups.items()
        },
    }


def examples(
    returned: Crystals, structures: Crystals, number: int, seed: int
) -> dict[str, list[tuple[str, Structure, Structure | None]]]:
    """Choose crystals before and after, for a figure: some drawn at random, and the worst.

    Worst are those that did not come back, then those with the largest displacement.
    """
    table = returned.table
    held = returned.with_structure()
    worst = table.assign(rms=table["rms"].fillna(np.inf)).sort_values("rms", ascending=False)
    chosen = {
        "random": table.sample(min(number, len(table)), random_state=seed),
        "worst": worst.head(number),
    }
    return {
        name: [
            (
                f"{before.composition.reduced_formula}\n"
                + (f"RMS {row.rms:.4f}" if row.reproduced else _lost(row.status)),
                before,
                held.structure(row.id) if row.id in held else None,
            )
            for row in part.itertuples()
            for before in [structures.structure(row.id)]
        ]
        for name, part in chosen.items()
    }


def _lost(status: str) -> str:
    return "another crystal" if status == VALID else status
