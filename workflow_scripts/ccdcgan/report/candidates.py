"""The report's candidates: their pictures and their CIFs."""

from collections.abc import Iterator, Mapping
from os import PathLike
from pathlib import Path

import pandas as pd
from pymatgen.core import Structure

from ccdcgan.report.figures.crystals import Picture

CIFS = ("relaxed.cif", "generated.cif")


def read_pictures(
    candidates: Mapping[str, pd.DataFrame], decks: Mapping[str, str | PathLike[str]]
) -> dict[str, list[Picture]]:
    """Read what to draw of the candidates of each system; decks: their folders by system."""
    return {
        system: [
            Picture(
                structure=Structure.from_file(Path(decks[system]) / row["id"] / "relaxed.cif"),
                formula=row["formula"],
                space_group=row["space_group"],
                e_above_known_hull=row["e_above_known_hull"],
                variant=row["variant"],
            )
            for row in table.to_dict("records")
        ]
        for system, table in candidates.items()
    }


def cifs(
    candidates: Mapping[str, pd.DataFrame], decks: Mapping[str, str | PathLike[str]]
) -> Iterator[tuple[str, str]]:
    """Yield the CIFs of all candidates as SYSTEM/ID-relaxed.cif and SYSTEM/ID-generated.cif."""
    for system, table in candidates.items():
        for name in table["id"]:
            for file in (Path(decks[system]) / name / kind for kind in CIFS):
                if file.is_file():
                    yield f"{system}/{name}-{file.name}", file.read_text(encoding="utf-8")
