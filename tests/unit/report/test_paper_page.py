"""The page that has the paper beside a run."""

import re
from dataclasses import replace

import numpy as np
import pandas as pd

from ccdcgan.crystals.table import Crystals
from ccdcgan.evaluation.paper import FIGURES, published_rows, published_total
from ccdcgan.report.paper_page import Outcome, came_out, paper_page, set_measures, words
from ccdcgan.report.table1 import OF_PAPER

SCREENED = pd.DataFrame(
    {
        "id": ["a", "b", "c", "d"],
        "chemical_system": ["Co-Hf", "Co-Hf", "Cd-Li", ""],
        "valid": [True, True, True, False],
        "unique": [True, False, True, False],
        "novel": [True, False, False, False],
    }
)
ROW = {
    "system": "Co-Hf", "variant": "ccdcgan", "generated": 2, "valid": 2, "novel": 1, "drawn": 1,
    "converged": 1.0, "new": 1, "mean_delta_formation_energy": 0.123, "small_delta": 1,
    "mean_formation_energy": -0.2, "negative": 1.0, "mean_rmsd": 0.1, "mean_e_above_hull": 0.05,
    "stable": 0, "on_redefined_hull": 0, "energies": "7net-0",
}  # fmt: skip
EMPTY = ROW | {"variant": "<arm>", "novel": 0, "drawn": 0, "new": 0, "stable": pd.NA}
EMPTY |= dict.fromkeys([name for name in ROW if name.startswith("mean")], np.nan)
PHASE = {
    "system": "Co-Hf", "formula": "Hf5Co2", "paper_space_group": 2,
    "paper_formation_energy": -0.27, "known_as": "", "known_e_above_hull": None,
    "variant": "ccdcgan", "found_known": False, "novel": 3, "same_space_group": 1, "relaxed": 1,
    "id": "a", "space_group": 2, "formation_energy": -0.2, "e_above_known_hull": 0.05,
    "on_redefined_hull": False, "lowest_e_above_known_hull": 0.04,
}  # fmt: skip
SVG = '<?xml version="1.0"?>\n<!DOCTYPE svg>\n<svg><text>{}</text></svg>'


def outcome() -> Outcome:
    paper = [
        published_rows(["Co-Hf"])["Co-Hf"] | OF_PAPER,
        published_total() | {"system": "its 15 systems", **OF_PAPER},
    ]
    return Outcome(
        table1=pd.DataFrame([ROW, EMPTY, *paper]),
        phases=pd.DataFrame([PHASE, PHASE | {"variant": "<arm>", "known_as": "mp-1"}]),
        screened={"ccdcgan": Crystals(SCREENED), "<arm>": Crystals(SCREENED.iloc[3:])},
        figures={"elements": SVG.format("of elements"), "growth/Co-Hf": SVG.format("of Co-Hf")},
        numbers={},
        energies="7net-0, MP2020 corrections",
        made_by={"ccdcgan": "exchanges", "<arm>": "graphs"},
    )


def test_measures_are_those_that_the_paper_gives() -> None:
    found = set_measures(Crystals(SCREENED))
    assert found == {
        "graphs": 4,
        "yield": 0.75,
        "distinct": 0.5,
        "chemical_systems": 2,
        "elements": 4,
    }
    assert np.isnan(set_measures(Crystals(SCREENED.iloc[3:]))["distinct"])


def test_each_system_has_the_paper_first_and_then_the_variants() -> None:
    page = paper_page(outcome())
    table = page[page.index("Table 1") :]
    rows = [re.sub(r"<[^>]+>", "|", row) for row in re.findall(r"<tr.*?</tr>", table)]
    assert "the paper" in rows[1] and "|51|" in rows[1] and "0.18" in rows[1]
    assert "ccdcgan" in rows[2] and "0.12" in rows[2] and "1 (100%)" in rows[2]
    assert "–" in rows[3]  # of the arm nothing was new
    assert "its 15 systems" not in page  # a single system has no sum


def test_names_and_energies_are_text_and_figures_have_one_declaration() -> None:
    page = paper_page(outcome())
    assert "<arm>" not in page and "&lt;arm&gt;" in page
    assert page.count("<!DOCTYPE") == 1 and "<?xml" not in page
    assert "of elements" in page and "of Co-Hf" in page
    assert "Co<sub>2</sub>Hf<sub>5</sub>" in page or "Hf<sub>5</sub>Co<sub>2</sub>" in page
    assert page.count("P-1") >= 1


def test_a_line_says_what_came_out() -> None:
    _, elements, *_, growth, _ = FIGURES
    assert came_out(elements, outcome()).startswith("ccdcgan: 4 elements in 2 systems of 4 graphs.")
    line = came_out(growth, outcome())
    assert "2 graphs, 1 novel crystals, 1 new ones of 1 relaxed, 0 on or below" in line


def test_figures_of_trainings_say_their_own_numbers_or_what_makes_them() -> None:
    parity, _, cdli, *_, augmentation = FIGURES
    assert "(target constraint)" in came_out(parity, outcome())
    assert "(target augmentation)" in paper_page(outcome())
    assert "none of this run's" in came_out(cdli, outcome())
    found = {"known_compounds": 25, "compounds_found_by_both": 6, "ratio": 1.66}
    found |= {"graphs_that_gave_one": {"with": 102, "without": 51}}
    run = replace(
        outcome(),
        figures={"parity": SVG.format("parity"), "augmentation": SVG.format("first graphs")},
        numbers={
            "parity": {"parts": {"test": {"structures": 4363, "mae": 0.1094, "r2": 0.968}}},
            "augmentation": found,
        },
    )
    assert came_out(parity, run).startswith("R² 0.968 and 0.109 eV/atom on the 4,363 structures")
    assert "6 of 25" in came_out(augmentation, run) and "1.7 times" in came_out(augmentation, run)
    none = found | {"compounds_found_by_both": 0, "ratio": None}
    run = replace(run, numbers=run.numbers | {"augmentation": none})
    assert "times" not in came_out(augmentation, run)


def test_words_say_what_made_the_crystals() -> None:
    arms = {
        "paper": {"variant": "dcgan", "network": "tiles", "generate": {"systems": None}},
        "few": {"variant": "ccdcgan", "generate": {}},
    }
    said = words(["ccdcgan", "paper", "few"], arms, "templates")
    assert said["ccdcgan"] == said["few"]
    assert said["ccdcgan"].startswith("exchanges") and said["ccdcgan"].endswith("of the systems")
    assert "the paper's way, of any system" in said["paper"]
