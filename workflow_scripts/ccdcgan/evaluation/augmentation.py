"""The augmentation experiment: are known phases found sooner with hypothetical structures?

Long et al. (Acta Materialia 231, 117898, 2022) enlarged their training set with hypothetical
structures and found known phases after a quarter of the graphs. Here two arms are trained alike,
`without` and `with` N hypothetical structures of one chemical system, and looked through for the
known compounds of this system, of which neither arm has seen any.
"""

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import pandas as pd
from scipy.stats import binomtest

from ccdcgan.core.errors import InputError
from ccdcgan.core.tables import read_table
from ccdcgan.crystals.matching import Catalogue
from ccdcgan.crystals.table import Crystals, space_group
from ccdcgan.evaluation.paper import PAPER_RATIO
from ccdcgan.evaluation.rediscovery import WORTH_FINDING
from ccdcgan.stability.hull import known_hull

ARMS = ("without", "with")
TARGETS = ("id", "formula", "prototype", "space_group", "e_above_hull")
FOUND = ("id", "graph", "matches")


def known_compounds(phases: Crystals, system: str) -> Crystals:
    """Find the compounds of all elements of a system within `WORTH_FINDING` of its known hull.

    phases: of `read_known_phases`; prototypes among them are left out. Adds e_above_hull (eV/atom).
    Raises `InputError` where there is none.
    """
    hull = known_hull(phases, system)
    found = hull.assign(e_above_hull=hull["e_above_known_hull"])
    inside = (found["chemical_system"] == system) & (found["e_above_hull"] <= WORTH_FINDING)
    if not inside.any():
        raise InputError(
            f"config augmentation.system: {system} has no known compound within {WORTH_FINDING} "
            "eV/atom of its hull to look for; name another system"
        )
    compounds = found.where(inside)
    return Crystals(compounds.table.drop(columns="e_above_known_hull"))


def split_arms(
    structures: Crystals, phases: Crystals, system: str, *, hypothetical: int | None, seed: int
) -> tuple[Crystals, dict[str, Crystals]]:
    """Return the known compounds of a system, and the structures that each arm is trained on.

    phases: of `read_known_phases`. The rest is as in `known_compounds` and `training_sets`.
    """
    known = known_compounds(phases, system)
    return known, training_sets(structures, known, system, hypothetical=hypothetical, seed=seed)


def training_sets(
    structures: Crystals,
    known: Crystals,
    system: str,
    *,
    hypothetical: int | None,
    seed: int,
) -> dict[str, Crystals]:
    """Select the structures of each arm: `without`, and `with` hypothetical ones beside them.

    Without: all structures but those of `system`, so that the other systems and the elements are
    the same in both arms. With: beside them `hypothetical` relaxed compounds of the system (None:
    all) drawn from the training part, with their strained and rattled copies. A compound that
    equals a known one, or one of whose copies does, is never drawn.

    Raises `InputError` where there are fewer, or where no other system has as many elements: then
    the networks without would know no composition to generate.
    """
    elements = system.count("-") + 1
    without = structures.where(structures["chemical_system"] != system)
    train = without.part("train")
    if not (train["chemical_system"].str.count("-") + 1 == elements).any():
        raise InputError(
            f"config augmentation.system: without {system} no training structure has {elements} "
            "elements, so that nothing could be generated; add such a system to `systems`"
        )
    catalogue = Catalogue.of(known)
    own = structures.where(structures["chemical_system"] == system).part("train")
    equal = own.where([catalogue.first_match(one) is not None for _, one in own.items()])
    taken = {*known, *equal["parent"]}
    free = sorted(name for name in own.phases() if name not in taken)
    if hypothetical is not None and hypothetical > len(free):
        raise InputError(
            f"config augmentation.hypothetical: {hypothetical} are more than the {len(free)} "
            f"hypothetical compounds of {system} in the training part; ask for fewer"
        )
    chosen = np.random.default_rng(seed).permutation(free)[:hypothetical]
    added = own.where(own["parent"].isin(chosen))
    return {"without": without, "with": Crystals.join([without, added])}


def found_compounds(known: Crystals, crystals: Crystals) -> pd.DataFrame:
    """Find the crystals that equal a known compound: a row each, in the order of their graphs.

    crystals: their ids end in the number of the graph. Equal by pymatgen's StructureMatcher.
    Columns: id, graph (counted from 1) and matches (the closest of the known compounds).
    """
    catalogue = Catalogue.of(known)
    rows = []
    for name, crystal in crystals.items():
        match = catalogue.closest_match(crystal)
        if match:
            rows.append((name, int(name.rsplit("-", 1)[1]) + 1, match))
    return pd.DataFrame(rows, columns=list(FOUND)).sort_values("graph", ignore_index=True)


def read_found(seeds: Iterable[int], paths: Iterable[str]) -> dict[int, pd.DataFrame]:
    """Read the rows of `found_compounds` of each seed; `InputError` if a file is damaged."""
    files = zip(seeds, paths, strict=True)
    return {seed: read_table(path, FOUND, text=("id", "matches")) for seed, path in files}


Found = Mapping[str, Mapping[int, pd.DataFrame]]
"""By arm and seed, the rows of `found_compounds`."""


def first_graphs(known: Crystals, found: Found, graphs: int) -> pd.DataFrame:
    """Say after how many graphs each known compound is found for the first time: a row each.

    graphs: of an arm and seed. Columns: `TARGETS`, and for each arm seeds_ARM (how many of the
    seeds gave it), graphs_ARM (graphs looked at until then, summed over the seeds; all of those
    that did not give it) and first_ARM, their quotient (NaN: in no seed). With one seed that is
    the number of the graph; with several, where some never gave it, the maximum-likelihood mean if
    every graph is as likely to give it. ratio: first_without / first_with.
    """
    rows = []
    for phase in known.rows():
        row = {
            "id": phase["id"],
            "formula": phase["formula"],
            "prototype": phase["provenance"],
            "space_group": space_group(known.structure(phase["id"])),
            "e_above_hull": phase["e_above_hull"],
        }
        for arm, seeds in found.items():
            mine = [table.loc[table["matches"] == phase["id"], "graph"] for table in seeds.values()]
            hits = sum(len(numbers) > 0 for numbers in mine)
            looked = int(sum(numbers.min() if len(numbers) else graphs for numbers in mine))
            first = looked / hits if hits else float("nan")
            row |= {f"seeds_{arm}": hits, f"graphs_{arm}": looked, f"first_{arm}": first}
        rows.append(row)
    columns = [f"{what}_{arm}" for arm in ARMS for what in ("seeds", "graphs", "first")]
    table = pd.DataFrame(rows, columns=[*TARGETS, *columns])
    table["ratio"] = table["first_without"] / table["first_with"]
    return table.sort_values(["e_above_hull", "id"], ignore_index=True)


def compare_arms(
    known: Crystals, found: Found, sets: Mapping[str, Crystals], *, system: str, graphs: int
) -> tuple[pd.DataFrame, dict[str, Any]]:
    """Compare the arms: the published table of `first_graphs`, and the summary of it.

    sets: by arm, the structures that it was trained on; the rest is as in `first_graphs`.
    """
    firsts = first_graphs(known, found, graphs)
    return describe(firsts), summarise(firsts, found, sets, system=system, graphs=graphs)


def describe(firsts: pd.DataFrame) -> pd.DataFrame:
    """Write the rows of `first_graphs` as they are published.

    What was not found stands as "not found in 3000", and a ratio with it as a bound, "> 4.2" or
    "< 0.5"; it is empty where neither arm found the compound.
    """
    table = firsts[[*TARGETS, "seeds_without", "seeds_with"]].copy()
    for arm in ARMS:
        table[f"first_graph_{arm}"] = [
            f"{first:.0f}" if hits else f"not found in {looked}"
            for first, hits, looked in zip(
                firsts[f"first_{arm}"], firsts[f"seeds_{arm}"], firsts[f"graphs_{arm}"], strict=True
            )
        ]
    table["ratio"] = [_ratio(row) for row in firsts.to_dict("records")]
    return table


def _ratio(row: Mapping[str, Any]) -> str:
    without, augmented = row["seeds_without"], row["seeds_with"]
    if without and augmented:
        return f"{row['ratio']:.2f}"
    if augmented:
        return f"> {row['graphs_without'] / row['first_with']:.2f}"
    return f"< {row['first_without'] / row['graphs_with']:.2f}" if without else ""


def summarise(
    firsts: pd.DataFrame,
    found: Found,
    sets: Mapping[str, Crystals],
    *,
    system: str,
    graphs: int,
) -> dict[str, Any]:
    """Sum up the sizes, what was found, and how many times fewer graphs the augmented arm needs.

    ratio: the geometric mean over the compounds that both arms found (None: there are none).
    ratio_of_all: graphs that gave some known compound, with over without, repeats included, and
    its 95% interval (Clopper-Pearson, given their sum; None: infinite or undefined).
    """
    seeds = [int(seed) for seed in found["with"]]
    both = firsts["ratio"].dropna()
    hits = {arm: sum(len(table) for table in found[arm].values()) for arm in ARMS}
    own = {arm: one.where(one["chemical_system"] == system) for arm, one in sets.items()}
    return {
        "system": system,
        "seeds": seeds,
        "graphs_per_seed": graphs,
        "known_compounds": len(firsts),
        "training_sets": {
            arm: {
                "structures": len(one),
                "training_part": len(one.part("train")),
                "hypothetical_compounds": len(own[arm].phases()),
                "their_copies": len(own[arm]) - len(own[arm].phases()),
            }
            for arm, one in sets.items()
        },
        "compounds_found": {arm: int((firsts[f"seeds_{arm}"] > 0).sum()) for arm in ARMS},
        "graphs_that_gave_one": hits,
        "compounds_found_by_both": len(both),
        "ratio": float(np.exp(np.log(both).mean())) if len(both) else None,
        "ratio_of_all": hits["with"] / hits["without"] if hits["without"] else None,
        "ratio_of_all_interval": _interval(hits["with"], hits["without"]),
        "ratio_of_the_paper": PAPER_RATIO,
    }


def _interval(augmented: int, without: int) -> list[float | None]:
    """Give the 95% interval of a ratio of two counts that were looked for equally long."""
    if not augmented + without:
        return [None, None]
    share = binomtest(augmented, augmented + without).proportion_ci()
    return [None if end == 1 else float(end / (1 - end)) for end in share]
