"""Table 1 of the paper for a run, beside the paper's own."""

from collections.abc import Mapping
from html import escape
from os import PathLike

import pandas as pd

from ccdcgan.core.tables import read_table
from ccdcgan.crystals.table import Crystals
from ccdcgan.evaluation.paper import SMALL_CHANGE, alphabetical, published_rows, published_total
from ccdcgan.stability.outcomes import CONVERGED, is_new, usable

PAPER = "the paper"
"""The variant of the rows that the paper gives."""


def table1(
    hulls: Mapping[str, pd.DataFrame],
    screened: Mapping[str, Crystals],
    relaxed: Mapping[str, Crystals],
    *,
    energies: str,
    keep_unconverged: bool = False,
) -> pd.DataFrame:
    """Make table 1: a row for each system and variant and of the paper, and for all systems.

    hulls: by system, the rows of `hull.csv`; screened, relaxed: by variant. energies: what those of
    the run are called. A crystal belongs to each system that holds all of its elements. Energies in
    eV/atom, RMSD in Å; E above the known hull; negative: the share with E_f < 0. Drawn: crystals
    that were to be relaxed; converged: the share of them that did. All that follows is of new ones
    alone: converged crystals that relaxed neither into a known phase nor into a lower one of their
    variant. keep_unconverged: whether those that ran out of steps count, too. Stable and on the
    redefined hull are unknown where no hull took a crystal. Of the paper's rows the crystals that
    it gives a system, among those of 50,000 graphs of all systems, are the new ones; its last row
    is of all of its 15 systems.
    """
    published = published_rows(hulls)
    groups: list[tuple[str, list[str]]] = [(system, [system]) for system in hulls]
    if len(hulls) > 1:
        groups.append(("all", list(hulls)))
    rows = []
    for name, systems in groups:
        above = pd.concat([hulls[system] for system in systems]).drop_duplicates("id")
        for variant in screened:
            graphs = screened[variant].within(systems)
            drawn = relaxed[variant].within(systems)
            settled = usable(drawn, keep_unconverged=keep_unconverged)
            settled = settled.where(is_new(settled))
            mine = above[above["source"] == variant]
            new = mine[mine["matches"] == ""]
            change = settled["delta_formation_energy"]
            compared = not len(settled) or new["e_above_known_hull"].notna().any()
            rows.append(
                {
                    "system": name,
                    "variant": variant,
                    "generated": len(graphs),
                    "valid": int(graphs["valid"].sum()),
                    "novel": int(graphs["novel"].sum()),
                    "drawn": len(drawn),
                    "converged": (drawn["status"] == CONVERGED).mean(),
                    "new": len(settled),
                    "mean_delta_formation_energy": change.mean(),
                    "small_delta": int((change < SMALL_CHANGE).sum()),
                    "mean_formation_energy": settled["formation_energy_after"].mean(),
                    "negative": (settled["formation_energy_after"] < 0).sum() / len(settled)
                    if len(settled)
                    else float("nan"),
                    "mean_rmsd": settled["rmsd"].mean(),
                    "mean_e_above_hull": new["e_above_known_hull"].mean(),
                    "stable": int(new["stable"].sum()) if compared else pd.NA,
                    "on_redefined_hull": int(new["on_redefined_hull"].sum()) if compared else pd.NA,
                    "energies": energies,
                }
            )
        own = published.get(alphabetical(name))
        rows += [own | {"system": name, **OF_PAPER}] if own else []
    rows.append(published_total() | {"system": "its 15 systems", **OF_PAPER})
    return pd.DataFrame(rows).astype(dict.fromkeys(COUNTS, "Int64"))


def read_table1(path: str | PathLike[str]) -> pd.DataFrame:
    """Read the rows of `table1.csv`; `InputError` if it is damaged."""
    return read_table(path, HEADINGS, text=("system", "variant", "energies"))


OF_PAPER = {"variant": PAPER, "energies": "DFT (PBE)"}
COUNTS = (
    *("generated", "valid", "novel", "drawn", "new", "small_delta"),
    *("stable", "on_redefined_hull"),
)
HEADINGS = {
    "system": "System",
    "variant": "Variant",
    "generated": "Generated",
    "valid": "Valid",
    "novel": "Novel",
    "drawn": "To be relaxed",
    "converged": "Share converged",
    "new": "New",
    "mean_delta_formation_energy": "Mean ΔE<sub>f</sub> (eV/atom)",
    "small_delta": f"ΔE<sub>f</sub> &lt; {SMALL_CHANGE}",
    "mean_formation_energy": "Mean E<sub>f</sub> (eV/atom)",
    "negative": "Share with E<sub>f</sub> &lt; 0",
    "mean_rmsd": "Mean RMSD (Å)",
    "mean_e_above_hull": "Mean E above hull (eV/atom)",
    "stable": "Stable",
    "on_redefined_hull": "On redefined hull",
    "energies": "Energies",
}


def table1_html(table: pd.DataFrame) -> str:
    """Write table 1 as a page of HTML that stands alone."""
    shown = table.rename(columns=HEADINGS).astype(object)
    shown = shown.map(lambda value: escape(value) if isinstance(value, str) else value)
    body = shown.where(shown.notna(), "–").to_html(
        index=False, float_format="{:.3f}".format, border=0, escape=False
    )
    style = (
        "body{font-family:sans-serif;margin:1em}table{border-collapse:collapse}"
        "th,td{padding:.3em .7em;text-align:right;border-bottom:1px solid #ddd}"
        "th:nth-child(-n+2),td:nth-child(-n+2){text-align:left}"
    )
    return (
        '<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>Table 1</title>'
        f"<style>{style}</style></head><body>{body}</body></html>\n"
    )
