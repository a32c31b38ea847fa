"""Tables and decks of candidates."""

from pathlib import Path

import pandas as pd
import pytest

from builders.decks import DECK_SETTINGS
from builders.figures import CDLI, COPPER
from builders.settings import changed
from ccdcgan.dft.candidates import Candidate, read_candidates, table
from ccdcgan.dft.decks import write_deck


@pytest.fixture
def results(tmp_path: Path) -> tuple[dict[str, pd.DataFrame], dict[str, Path]]:
    """Tables and decks of a system with two candidates and of one with none."""
    chosen = [
        Candidate("ccdcgan-000012", "ccdcgan", CDLI, CDLI, "Pm-3m", -0.25, 0.0123, ""),
        Candidate("dcgan-000003", "dcgan", None, COPPER, "Fm-3m", 0.0, -0.002, "Cu <1>"),
    ]
    settings = changed(DECK_SETTINGS, engines=["gpaw"], kpoint_spacing=1.0)
    for one in chosen:
        write_deck(
            one,
            tmp_path / "Cd-Li" / one.id,
            settings=settings,
            potential="7net-0",
            provenance={"config_digest": "ab", "seed": 1, "versions": {}},
        )
    table(chosen, hubbard="mp").to_csv(tmp_path / "Cd-Li.csv", index=False)
    table([], hubbard="mp").to_csv(tmp_path / "Co-Hf.csv", index=False)
    systems = ("Cd-Li", "Co-Hf")
    candidates = {s: read_candidates(tmp_path / f"{s}.csv") for s in systems}
    return candidates, {s: tmp_path / s for s in systems}
