"""The explorer: a page that stands alone and shows every graph, crystal and hull of a run."""

import base64
import hashlib
import json
import re
from collections.abc import Mapping
from itertools import combinations, pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from ase.data import covalent_radii
from ase.data.colors import jmol_colors
from matplotlib.colors import to_hex
from pymatgen.analysis.phase_diagram import PDEntry, PhaseDiagram
from pymatgen.core import Composition, Element

from ccdcgan.core.artifacts import sha256_of
from ccdcgan.core.errors import InputError
from ccdcgan.crystals.symmetry import space_group_symbol
from ccdcgan.crystals.table import Crystals
from ccdcgan.report.figures.style import COLOURS, INK, MARKERS
from ccdcgan.stability.hull import COMPETING, ON_HULL
from ccdcgan.stability.known_phases import KNOWN, KnownPhases

PAGE = Path(__file__).parent / "page"
VENDOR = Path(__file__).parent / "vendor"
VENDORED = {
    "3Dmol-min.js": "f7cc78921ae72e7623e89cdd111434f58c2efddd2ffda1cd212644b406fb8016",
    "fflate.js": "462ef8041fc970e3615a20a9dd2b2e3047a073b2da729ef4f02b634bba8b7b83",
}
"""The libraries in the page and their SHA-256; vendor/README.md says where they come from."""
FILES = (
    *(PAGE / name for name in ("explorer.html", "explorer.css", "explorer.js")),
    *(VENDOR / name for name in VENDORED),
)
"""What the page is made of beside the data."""
TEXTS = (
    *("id", "variant", "formula", "chemical_system", "reached", "dropped", "reason", "novelty"),
    *("prototype", "composition_asked", "matches", "matches_after", "duplicate_of"),
    *("duplicate_after", "decomposition_known"),
)
NUMBERS = (
    *("num_sites", "space_group_before", "space_group_after"),
    *("formation_energy_before", "formation_energy_after", "delta_formation_energy"),
    *("e_above_known_hull", "e_above_redefined_hull", "rmsd", "displacement", "volume_ratio"),
)
DIGITS = 5
"""Decimals of numbers and lattices (Å) in the page."""
STEPS = 1_000_000
"""Parts of a lattice vector in which the page counts fractional coordinates."""
ENERGY = re.compile(r"-?\d+\.\d+ eV/atom above")
DEFAULT_STYLE = ("#762a83", "v")
"""Of a variant without a colour and marker of its own."""


def explorer_data(
    summaries: Mapping[str, pd.DataFrame],
    decoded: Crystals,
    relaxed: Crystals,
    hulls: Mapping[str, pd.DataFrame],
    phases: KnownPhases,
) -> dict[str, Any]:
    """Gather what the page shows: a row for each graph and for each phase on a hull.

    summaries: rows of `summary/{variant}.csv` by variant. decoded, relaxed: the crystals of all
    variants. hulls: rows of `hull.csv` by system. phases: what spans the known hulls.

    Texts are stored as the distinct ones and a number for each row, crystals as nine numbers of
    the lattice (Å), atomic numbers, and coordinates in millionths of the lattice vectors. Energies
    are in eV/atom.
    """
    graphs = pd.concat(summaries.values(), ignore_index=True)
    graphs["novelty"] = [_novelty(row) for row in graphs.to_dict("records")]
    graphs["reason"] = [_reason(row) for row in graphs.to_dict("records")]
    competing = _competing(hulls, phases.crystals)
    blank = [None] * len(competing)
    table = pd.DataFrame(
        {name: [*graphs[name], *competing.get(name, blank)] for name in graphs}, dtype=object
    )
    before, after = _structures(decoded), _structures(relaxed) | _structures(phases.crystals)
    places = {name: place for place, name in enumerate(table["id"])}
    predicted = [name for name in table if name.startswith("predicted_")]
    crystals = [before.get(name) for name in table["id"]], [after.get(n) for n in table["id"]]
    numbers = sorted({z for column in crystals for one in column if one for z in one[1]})
    groups = {*table["space_group_before"].dropna(), *table["space_group_after"].dropna()}
    return {
        "energies": phases.label,
        "note": phases.apart,
        "styles": {name: _style(name) for name in summaries},
        "rows": len(table),
        "texts": {name: _coded(table[name]) for name in TEXTS},
        "numbers": {name: _numbers(table[name]) for name in (*NUMBERS, *predicted)},
        "decoded": crystals[0],
        "relaxed": crystals[1],
        "elements": {z: _element(z) for z in numbers},
        "groups": {int(n): space_group_symbol(n) for n in sorted(groups) if n > 0},
        "hulls": {system: _hull(system, rows, places) for system, rows in hulls.items()},
    }


def explorer_page(data: Mapping[str, Any]) -> str:
    """Write the page: HTML with its style, programs and data inside, which asks no server.

    No text of the data becomes HTML or code: it stands in a block of JSON without the sign `<`, and
    the page's policy lets no program run but those that are here, by their SHA-256, and forbids all
    connections. Raises `InputError` if a file of `VENDORED` has another SHA-256.
    """
    for name, told in VENDORED.items():
        if sha256_of(VENDOR / name) != told:
            raise InputError(
                f"{VENDOR / name}: damaged, it has not the SHA-256 that the explorer knows; take "
                "it from the repository again"
            )
    template, style, *programs = (path.read_text(encoding="utf-8") for path in FILES)
    own, viewer, archive = programs
    code = {"style": style, "viewer": viewer, "archive": archive, "program": own}
    hashes = {name: _hash(text) for name, text in code.items()}
    scripts = " ".join(hashes[name] for name in ("viewer", "archive", "program"))
    policy = (
        f"default-src 'none'; script-src {scripts}; style-src {hashes['style']}; "
        "img-src data: blob:; base-uri 'none'; form-action 'none'"
    )
    text = json.dumps(data, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    parts = {**code, "policy": policy, "data": text.replace("<", "\\u003c")}
    return re.sub(r"@@(\w+)@@", lambda mark: parts[mark[1]], template)


def _hash(text: str) -> str:
    digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
    return f"'sha256-{digest}'"


def _style(variant: str) -> list[str]:
    colour, marker = DEFAULT_STYLE
    return [COLOURS.get(variant, colour), MARKERS.get(variant, marker)]


def _coded(column: pd.Series) -> list[list[Any]]:
    """Give the distinct texts of a column and the number of its own for each row."""
    codes, names = pd.factorize(column.fillna("").astype(str))
    return [list(names), codes.tolist()]


def _numbers(column: pd.Series) -> list[float | int | None]:
    values = pd.to_numeric(column, errors="coerce").astype(float).round(DIGITS)
    finite = np.isfinite(values)
    return [
        (int(value) if value == int(value) else value) if known else None
        for value, known in zip(values.tolist(), finite, strict=True)
    ]


def _structures(crystals: Crystals) -> dict[str, list[list[Any]]]:
    held = crystals.with_structure().table
    numbers: dict[str, int] = {}
    found = {}
    for row in held.to_dict("records"):
        species = [numbers.setdefault(s, Element(s).Z) for s in row["species"]]
        places = np.round(np.asarray(row["frac_coords"], dtype=float) * STEPS).astype(int) % STEPS
        lattice = np.round(np.asarray(row["lattice"], dtype=float), DIGITS)
        found[row["id"]] = [lattice.tolist(), species, places.tolist()]
    return found


def _element(z: int) -> list[Any]:
    """Give symbol, colour and covalent radius (Å)."""
    return [Element.from_Z(z).symbol, to_hex(jmol_colors[z]), round(float(covalent_radii[z]), 2)]


def _competing(hulls: Mapping[str, pd.DataFrame], phases: Crystals) -> pd.DataFrame:
    """Make rows of the phases on the hulls, an element once, as those of the graphs are."""
    parts = [rows[rows["source"].isin(COMPETING)] for rows in hulls.values()]
    rows = pd.concat(parts, ignore_index=True).drop_duplicates("id")
    sizes = dict(zip(phases["id"], phases["num_sites"], strict=True))
    systems = dict(zip(phases["id"], phases["chemical_system"], strict=True))
    return pd.DataFrame(
        {
            "id": rows["id"],
            "variant": rows["source"],
            "formula": rows["formula"],
            "chemical_system": rows["id"].map(systems),
            "novelty": np.where(rows["source"] == KNOWN, "known phase", "prototype"),
            "decomposition_known": rows["decomposition_known"],
            "num_sites": rows["id"].map(sizes),
            "space_group_after": rows["space_group"],
            "formation_energy_after": rows["formation_energy"],
            "e_above_known_hull": rows["e_above_known_hull"],
            "e_above_redefined_hull": rows["e_above_redefined_hull"],
        }
    )


def _novelty(row: Mapping[str, Any]) -> str:
    """Say in a word what a graph gave: the columns of the summary in one."""
    if row["reached"] == "graph":
        return "no crystal"
    if row["matches"] or row["matches_after"]:
        return "known"
    if row["duplicate_of"] or row["duplicate_after"]:
        return "repeat"
    return "new" if row["reached"] in ("relaxed", "stable") else "new as decoded"


def _reason(row: Mapping[str, Any]) -> str:
    """Say why a graph went no further, the same words for all whose reasons are of one kind."""
    if row["reached"] == "valid":
        return "equals an earlier crystal"
    if row["reached"] == "unique":
        return "equals a structure of the data or a known phase"
    if row["matches_after"]:
        return "relaxed into a known phase"
    if row["duplicate_after"]:
        return "relaxed into a lower crystal"
    reason = ENERGY.sub("above", row["dropped"])
    return "relaxation failed" if reason.startswith("failed") else reason


def _hull(system: str, rows: pd.DataFrame, places: Mapping[str, int]) -> dict[str, Any]:
    """Give the points of a hull, as rows of the table, and which of them its edges join."""
    rows = rows[rows["id"].isin(places)].reset_index(drop=True)
    elements = system.split("-")
    fractions = rows[[f"x_{symbol}" for symbol in elements]].round(DIGITS)
    spanning = rows["source"] == (KNOWN if (rows["source"] == KNOWN).any() else rows["source"])
    spanning &= rows["source"].isin(COMPETING) & (rows["e_above_known_hull"] <= ON_HULL)
    return {
        "elements": elements,
        "rows": [places[name] for name in rows["id"]],
        "fractions": fractions.to_numpy().tolist(),
        "known": _edges(rows[spanning], elements),
        "redefined": _edges(rows[rows["e_above_redefined_hull"] <= ON_HULL], elements),
        "found": [bool(by) for by in rows["found_by"].fillna("")],
        "ink": INK,
    }


def _edges(corners: pd.DataFrame, elements: list[str]) -> list[tuple[int, int]]:
    """List the edges of a hull of two or three elements between its corners, by their labels."""
    corners = corners.sort_values("formation_energy").drop_duplicates("formula")
    if len(elements) == 2:
        return list(pairwise(corners.sort_values(f"x_{elements[1]}").index.tolist()))
    if len(elements) != 3 or len(corners) < 3:
        return []
    entries = [
        PDEntry(Composition(row["formula"]), _energy(row), attribute=label)
        for label, row in zip(corners.index.tolist(), corners.to_dict("records"), strict=True)
    ]
    diagram = PhaseDiagram(entries, [Element(symbol) for symbol in elements])
    labels = [entry.attribute for entry in diagram.qhull_entries]
    return sorted(
        {
            (labels[first], labels[second])
            for facet in diagram.facets
            for first, second in combinations(sorted(facet), 2)
        }
    )


def _energy(row: Mapping[str, Any]) -> float:
    """Return the formation energy of a formula unit in eV."""
    return float(row["formation_energy"] * Composition(row["formula"]).num_atoms)
