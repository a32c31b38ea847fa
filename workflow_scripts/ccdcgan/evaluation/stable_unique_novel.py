"""S.U.N.: how many of all graphs became stable, unique and novel crystals."""

from collections.abc import Sequence

import pandas as pd
from pymatgen.core import Composition
from scipy.stats import binomtest

from ccdcgan.crystals.structure_types import structure_type
from ccdcgan.crystals.table import Crystals
from ccdcgan.crystals.templates import STRUCTURE_TYPE
from ccdcgan.evaluation.measures import Measure, Measures, mean, share, undefined
from ccdcgan.stability.hull import METASTABLE, ON_HULL, build_hulls, generated_rows
from ccdcgan.stability.known_phases import KnownPhases


def above_known_hulls(
    relaxed: Crystals,
    known: KnownPhases,
    systems: Sequence[str] | None,
    *,
    keep_unconverged: bool = False,
) -> pd.Series | str:
    """Return eV/atom above the known hull of its system by the id of a relaxed crystal, or why not.

    systems: whose hulls are built; None: those that the crystals are of.
    """
    if known.apart:
        return f"the known hulls have other energies: {known.scheme}"
    names = systems or sorted(relaxed["chemical_system"].unique())
    if not names:
        return "no crystal was relaxed"
    tables = [
        build_hulls(
            name,
            known,
            {},
            {"relaxed": relaxed},
            stable_below=0.0,
            keep_unconverged=keep_unconverged,
        ).table
        for name in names
    ]
    rows = pd.concat(tables).drop_duplicates("id")
    return generated_rows(rows).set_index("id")["e_above_known_hull"].dropna()


def near_known_hulls(settled: Crystals, above: pd.Series | str) -> Measures:
    """Measure how far the relaxed crystals lie above their known hulls, and how many near them.

    above: of `above_known_hulls`.
    """
    limits = {"near_hull": METASTABLE, "on_hull": 0.0}
    if isinstance(above, str):
        return dict.fromkeys(["above_hull", *limits], undefined(above))
    energies = settled["id"].map(above).dropna()
    none = "no relaxed crystal is of a system with a hull"
    shares = {name: share(energies <= limit + ON_HULL, none) for name, limit in limits.items()}
    return {"above_hull": mean(energies, none), **shares}


def new_structure_types(
    settled: Crystals,
    above: pd.Series | str,
    structures: Crystals,
    templates: Crystals | None = None,
) -> Measures:
    """Measure how many crystals near the hull have a structure type of no structure of the data.

    settled: relaxed crystals that are new; above: of `above_known_hulls`; templates: what crystals
    are made of, whose types are known, too. The type is that of `structure_type`, relaxed, which
    small distortions change, too. A crystal without one is none.
    """
    if isinstance(above, str):
        return {"new_types": undefined(above)}
    near = settled.where(settled["id"].map(above) <= METASTABLE + ON_HULL)
    formulas = structures["formula"].map(_anonymous)
    alike = structures.where(formulas.isin(near["formula"].map(_anonymous)))
    known = {"", *(structure_type(structure) for _, structure in alike.items())}
    known.update(() if templates is None else templates[STRUCTURE_TYPE])
    found = [structure_type(structure) not in known for _, structure in near.items()]
    return {"new_types": share(found, "no relaxed crystal is new and near its hull")}


def _anonymous(formula: str) -> str:
    return Composition(formula).anonymized_formula


def stable_graphs(
    settled: Crystals,
    above: pd.Series | str,
    drawn: int,
    *,
    novel: int,
    graphs: int,
    fair: bool,
) -> Measures:
    """Measure S.U.N. and M.S.U.N. as shares of all graphs (Zeni et al., Nature 639, 624 (2025)).

    Graphs without a crystal, repeats, known phases and failed relaxations count as not stable. Of a
    fair sample of `drawn` crystals the share is that of the novel ones among the graphs times that
    of the stable ones in the sample; the interval is Wilson's of the sample, at this number of
    novel ones.
    """
    limits = {"sun": 0.0, "msun": METASTABLE}
    if isinstance(above, str):
        return dict.fromkeys(limits, undefined(above))
    if not graphs:
        return dict.fromkeys(limits, undefined("no graph"))
    if novel and not drawn:
        return dict.fromkeys(limits, undefined("no crystal was relaxed"))
    energies = settled["id"].map(above)
    found: Measures = {}
    for name, limit in limits.items():
        stable = int((energies <= limit + ON_HULL).sum())
        if not fair or not novel:
            found[name] = Measure(
                stable / graphs,
                graphs,
                reason=None if fair else "at least: the best of the novel crystals were relaxed",
            )
            continue
        part = novel / graphs
        low, high = binomtest(stable, drawn).proportion_ci(method="wilson")
        found[name] = Measure(
            part * stable / drawn, graphs, interval=(float(part * low), float(part * high))
        )
    return found
