"""The paper and a run side by side, on one page: table 1, its figures, its new phases."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from html import escape
from typing import Any

import pandas as pd
from pymatgen.core import Composition
from pymatgen.util.string import htmlify

from ccdcgan.crystals.symmetry import space_group_symbol
from ccdcgan.crystals.table import Crystals
from ccdcgan.evaluation.paper import AUGMENTATION, FIGURES, PARITY, PUBLISHED, PaperFigure
from ccdcgan.report.table1 import PAPER

COLUMNS = {
    "generated": "graphs",
    "novel": "novel",
    "drawn": "relaxed",
    "new": "new",
    "mean_delta_formation_energy": "ΔE<sub>f</sub>",
    "small_delta": "ΔE<sub>f</sub> &lt; 0.2",
    "mean_formation_energy": "E<sub>f</sub>",
    "mean_e_above_hull": "E above hull",
    "stable": "on or below the known hull",
}
"""Columns of table 1 that are shown; energies are means in eV/atom."""
SETS = {
    "graphs": "graphs",
    "yield": "valid crystals of all graphs",
    "distinct": "unique ones that equal no structure of the data and no known phase",
    "chemical_systems": "chemical systems",
    "elements": "elements",
}
"""Rows of the comparison of all crystals, by key of `PUBLISHED`."""
STYLE = (
    "body{font-family:sans-serif;margin:1.5em;max-width:75em;line-height:1.4}"
    "table{border-collapse:collapse;margin:1em 0}td,th{padding:.25em .6em;text-align:right;"
    "border-bottom:1px solid #ddd}th:first-child,td:first-child,td.name{text-align:left}"
    "tr.first td{border-top:2px solid #999}figure{margin:2em 0}figure svg{max-width:100%;"
    "height:auto}figcaption{max-width:55em}tr.paper td{background:#f3f3f3}"
)


@dataclass(frozen=True)
class Outcome:
    """What one run has, as its files hold it.

    table1: rows of `table1.csv`; phases: rows of `paper_phases.csv`; screened: by variant, the
    rows of `screen.csv`; figures: SVG by the name that `FIGURES` has for them; numbers: by such a
    name, the JSON file beside the figure, for those that are of no variant; energies: what those of
    the run are called; made_by: by variant, what made its crystals, in words.
    """

    table1: pd.DataFrame
    phases: pd.DataFrame
    screened: Mapping[str, Crystals]
    figures: Mapping[str, str]
    numbers: Mapping[str, Mapping[str, Any]]
    energies: str
    made_by: Mapping[str, str]


def paper_page(run: Outcome) -> str:
    """Write the page as HTML that stands alone."""
    made = "".join(
        f"<li><b>{escape(name)}</b>: {escape(words)}</li>" for name, words in run.made_by.items()
    )
    parts = [
        "<h1>The paper and this run</h1>",
        "<p>Long et al., Acta Materialia 231 (2022) 117898, beside what came out here. <b>The "
        "numbers differ in kind.</b> The paper: the crystals of a system among those of 50,000 "
        "graphs of all systems, each relaxed by DFT, against the hulls of its day. Here: "
        f"{escape(run.energies)}, against the known phases of this run; relaxed is what was drawn "
        "of the novel crystals, and new what converged to neither a known phase nor a lower "
        "crystal. What stands to the right of new is of these alone.</p>",
        f"<ul>{made}</ul>",
        "<h2>All crystals</h2>",
        _table(_set_rows(run.screened)),
        "<h2>Table 1</h2>",
        _table1(run.table1),
        "<h2>Its figures</h2>",
        *(_figure(one, run) for one in FIGURES),
        "<h2>The phases that it found new</h2>",
        _phases(run.phases),
    ]
    return (
        '<!DOCTYPE html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width"><title>The paper and this run</title>'
        f"<style>{STYLE}</style></head><body>{''.join(parts)}</body></html>\n"
    )


def set_measures(screened: Crystals) -> dict[str, float]:
    """Measure the crystals of a variant as `PUBLISHED` has those of the paper."""
    valid = screened.where(screened["valid"])
    unique = valid.where(valid["unique"])
    elements = {symbol for system in valid["chemical_system"] for symbol in system.split("-")}
    return {
        "graphs": len(screened),
        "yield": len(valid) / len(screened) if len(screened) else float("nan"),
        "distinct": float(unique["novel"].mean()) if len(unique) else float("nan"),
        "chemical_systems": valid["chemical_system"].nunique(),
        "elements": len(elements),
    }


def _set_rows(screened: Mapping[str, Crystals]) -> pd.DataFrame:
    columns = {"the paper": PUBLISHED} | {
        name: set_measures(rows) for name, rows in screened.items()
    }
    rows = {
        label: {name: _share_or_count(key, values[key]) for name, values in columns.items()}
        for key, label in SETS.items()
    }
    return pd.DataFrame.from_dict(rows, orient="index").reset_index(names="")


def _share_or_count(key: str, value: float) -> str:
    if value != value:
        return "–"
    return f"{100 * value:.1f}%" if key in ("yield", "distinct") else f"{value:,.0f}"


def _table(rows: pd.DataFrame) -> str:
    return rows.to_html(index=False, border=0, escape=True)


def _table1(table: pd.DataFrame) -> str:
    """Write a block of rows a system: the paper's, then those of the variants."""
    heads = "".join(f"<th>{name}</th>" for name in COLUMNS.values())
    lines = [f"<table><tr><th>system</th><th>crystals of</th>{heads}</tr>"]
    total = "its 15 systems"
    names = list(dict.fromkeys(table["system"]))
    for system in [name for name in names if name != total]:
        block = table[table["system"] == system]
        if system == "all":
            block = pd.concat([table[table["system"] == total], block])
        block = block.sort_values("variant", key=lambda of: of != PAPER, kind="stable")
        for number, row in enumerate(block.to_dict("records")):
            kinds = " ".join(["first"] * (number == 0) + ["paper"] * (row["variant"] == PAPER))
            cells = "".join(f"<td>{_cell(name, row)}</td>" for name in COLUMNS)
            name = escape(system) if number == 0 else ""
            lines.append(
                f'<tr class="{kinds}"><td>{name}</td>'
                f'<td class="name">{escape(row["variant"])}</td>{cells}</tr>'
            )
    return "".join([*lines, "</table>"])


def _cell(name: str, row: Mapping[str, Any]) -> str:
    value = row.get(name)
    if value is None or pd.isna(value):
        return "–"
    if name == "small_delta":
        return f"{value:.0f} ({100 * value / row['new']:.0f}%)" if row["new"] else "0"
    return f"{value:.2f}" if name.startswith("mean") else f"{value:.0f}"


def _figure(one: PaperFigure, run: Outcome) -> str:
    svg = run.figures.get(one.name, "")
    svg = svg[svg.find("<svg") :]  # a page has one declaration, at its head
    return (
        f"<figure><h3>{escape(one.title)}</h3>{svg}<figcaption><b>The paper:</b> "
        f"{escape(one.found)} <b>Here:</b> {escape(came_out(one, run))}</figcaption></figure>"
    )


def came_out(one: PaperFigure, run: Outcome) -> str:
    """Say in a line what came out: of a system, of all crystals, of a network; or why nothing."""
    if one.name not in run.figures:
        return one.absent
    if one.name == PARITY:
        test = run.numbers[PARITY]["parts"]["test"]
        return (
            f"R² {test['r2']:.3f} and {test['mae']:.3f} eV/atom on the {test['structures']:,} "
            "structures of the test part."
        )
    if one.name == AUGMENTATION:
        return _first_graphs(run.numbers[AUGMENTATION])
    if one.system is None:
        return " ".join(
            f"{name}: {found['elements']} elements in {found['chemical_systems']:,} systems of "
            f"{found['graphs']:,} graphs."
            for name, found in ((name, set_measures(of)) for name, of in run.screened.items())
        )
    rows = run.table1[(run.table1["system"] == one.system) & (run.table1["variant"] != PAPER)]
    return " ".join(
        f"{row['variant']}: {row['generated']:.0f} graphs, {row['novel']:.0f} novel crystals, "
        f"{row['new']:.0f} new ones of {row['drawn']:.0f} relaxed, "
        f"{_cell('stable', row)} on or below the known hull."
        for row in rows.to_dict("records")
    )


def _first_graphs(summary: Mapping[str, Any]) -> str:
    """Say how much sooner known compounds came out with hypothetical structures."""
    gave, both = summary["graphs_that_gave_one"], summary["compounds_found_by_both"]
    ratio = f", {summary['ratio']:.1f} times as many graphs without" if both else ""
    return (
        f"{both} of {summary['known_compounds']} known compounds came out with and without"
        f"{ratio}; {gave['with']} graphs gave a known one with, {gave['without']} without."
    )


def _phases(phases: pd.DataFrame) -> str:
    """Write a row a phase and variant."""
    lines = [
        "<table><tr><th>phase</th><th>E<sub>f</sub>, the paper</th><th>crystals of</th>"
        "<th>of its formula, novel</th><th>in its space group</th><th>relaxed</th>"
        "<th>lowest above the known hull</th><th>of its space group</th><th>on our hull</th></tr>"
    ]
    last = None
    for row in phases.to_dict("records"):
        symbol = space_group_symbol(row["paper_space_group"])
        phase = (row["formula"], symbol)
        known = ""
        if isinstance(row["known_as"], str) and row["known_as"]:
            known = f", known by now ({escape(row['known_as'])})"
        formula = htmlify(Composition(row["formula"]).reduced_formula)
        name = f"{formula} {escape(symbol)}{known}" if phase != last else ""
        shown = [
            _energy(row["paper_formation_energy"]) if phase != last else "",
            escape(row["variant"]),
            f"{row['novel']:.0f}",
            f"{row['same_space_group']:.0f}" + (", and it" * bool(row["found_known"])),
            f"{row['relaxed']:.0f}",
            _energy(row["lowest_e_above_known_hull"]),
            _energy(row["e_above_known_hull"]),
            {True: "yes", False: "no"}.get(row["on_redefined_hull"], "–"),
        ]
        cells = "".join(f"<td>{text}</td>" for text in shown)
        kind = ' class="first"' if phase != last else ""
        lines.append(f"<tr{kind}><td>{name}</td>{cells}</tr>")
        last = phase
    return "".join([*lines, "</table>"])


def _energy(value: Any) -> str:
    return "–" if value is None or pd.isna(value) else f"{value:.3f}"


def words(variants: Iterable[str], arms: Mapping[str, Mapping[str, Any]], network: str) -> dict:
    """Say by variant what made its crystals; arms, network: of the config."""
    kinds = {
        "templates": "exchanges of elements in training crystals, refined",
        "atoms": "atoms that a network places",
        "tiles": "graphs that a network writes, the paper's way",
        "paper": "graphs that the paper's own convolutions write",
    }
    said = {}
    for name in variants:
        arm = arms.get(name, {})
        own = arm.get("generate", {})
        asked = "of any system" if "systems" in own and own["systems"] is None else "of the systems"
        chosen = "" if arm.get("variant", name) == "dcgan" else ", led by the constraint"
        said[name] = f"{kinds[arm.get('network') or network]}{chosen}, {asked}"
    return said
