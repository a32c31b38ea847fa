"""What the crystals of a variant are like as a set: the figures of merit of generative models."""

import json
from collections.abc import Iterable, Mapping, Sequence
from os import PathLike
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pymatgen.analysis.molecule_structure_comparator import CovalentRadius
from pymatgen.core import Composition, Structure

from ccdcgan.core.errors import InputError
from ccdcgan.crystals.table import Crystals
from ccdcgan.evaluation.charges import smact_valid
from ccdcgan.evaluation.elements import TRAINING, densities, rank_correlations
from ccdcgan.evaluation.fingerprints import coverage
from ccdcgan.evaluation.measures import Measure, Measures, distance, mean, share, undefined
from ccdcgan.evaluation.paper import PUBLISHED, SMALL_CHANGE
from ccdcgan.evaluation.stable_unique_novel import (
    above_known_hulls,
    near_known_hulls,
    new_structure_types,
    stable_graphs,
)
from ccdcgan.stability.known_phases import KnownPhases
from ccdcgan.stability.outcomes import CONVERGED, is_new, usable

MIN_DISTANCE = 0.5
"""Å; atoms closer than this make no valid crystal (as of CDVAE)."""
ENERGY = "formation_energy_per_atom"
MEANINGS = {
    "graphs": "generated graphs",
    "yield": "graphs with an atom, a volume and no two atoms closer than 0.5 Å",
    "strict_yield": "graphs without atoms closer than half the sum of their covalent radii",
    "triclinic": "valid crystals without any symmetry but inversion (within 0.1 Å)",
    "unique": "valid crystals that equal no earlier one",
    "distinct": "unique crystals that equal no training structure",
    "novel": "unique crystals that equal no structure of the data and no known phase",
    "chemical_systems": "chemical systems of the valid crystals",
    "elements": "elements in the valid crystals",
    "element_rank_correlation": "Spearman's ρ of the elements' shares with the training part's",
    "smact_valid": "valid crystals whose composition passes smact_validity",
    "smact_valid_test": "structures of the test part that pass it",
    "wasserstein_density": "Wasserstein distance of densities to the test part (g/cm³)",
    "wasserstein_elements": "Wasserstein distance of numbers of elements to the test part",
    "wasserstein_atoms": "Wasserstein distance of atoms in the cell to the test part",
    "wasserstein_formation_energy": "that of predicted formation energies (eV/atom)",
    "coverage_recall": "COV-R: test structures that the crystals cover",
    "coverage_precision": "COV-P: graphs whose crystals the test structures cover",
    "match_rate": "structures of the test part that one sample of their composition matches",
    "drawn": "novel crystals that were to be relaxed",
    "converged": "drawn crystals whose relaxation converged",
    "steps": "steps of a relaxation that converged, the median",
    "relaxed": "converged crystals that became no known phase and no lower crystal",
    "delta_formation_energy": "mean ΔE_f on relaxation (eV/atom)",
    "delta_formation_energy_median": "median ΔE_f on relaxation (eV/atom)",
    "small_delta": "relaxed crystals with ΔE_f below 0.2 eV/atom",
    "formation_energy": "mean E_f of the relaxed crystals (eV/atom)",
    "negative": "relaxed crystals with E_f below zero",
    "rmsd": "mean RMSD on relaxation (Å) where both structures match",
    "displacement": "mean displacement of the atoms on relaxation (Å)",
    "above_hull": "mean energy of the relaxed crystals above the known hull (eV/atom)",
    "near_hull": "relaxed crystals within 0.1 eV/atom of the known hull",
    "on_hull": "relaxed crystals on the known hull or below it",
    "sun": "S.U.N.: graphs whose crystal is novel, and relaxed new and on the known hull or below",
    "msun": "M.S.U.N.: the same within 0.1 eV/atom of the hull",
    "new_types": "relaxed crystals within 0.1 eV/atom of the hull whose structure type is new",
}
"""The measures in their order. A share is of what its meaning names first, `n` of them."""
AFTER_RELAXATION = list(MEANINGS)[list(MEANINGS).index("drawn") :]


def strictly_valid(crystal: Structure) -> bool:
    """Say whether all atoms, images too, are half the sum of their covalent radii apart.

    Radii are those of Cordero et al., Dalton Trans. 2832 (2008), as pymatgen has them
    (`CovalentRadius`); those beyond curium, which they end with, take curium's.
    """
    radii = np.array(
        [CovalentRadius.radius.get(s, CovalentRadius.radius["Cm"]) for s in _symbols(crystal)]
    )
    first, second, _, distances = crystal.get_neighbor_list(float(radii.max()))
    return bool((distances >= (radii[first] + radii[second]) / 2).all())


def _symbols(crystal: Structure) -> list[str]:
    return [site.specie.symbol for site in crystal]


def as_decoded(
    crystals: Crystals,
    screened: Crystals,
    structures: Crystals,
    predicted: pd.DataFrame | None,
) -> Measures:
    """Measure what can be said before any relaxation: from `graphs` to the Wasserstein distances.

    crystals: the manifests of all shards. screened: the rows of `screen.csv`. structures: the data.
    predicted: rows of `predictions.csv` of the formation energy, None where there is no such
    constraint.
    """
    test = structures.part("test")
    valid, unique = screened.where(screened["valid"]), screened.where(screened["unique"])
    sound = (crystals["num_sites"] > 0) & (crystals["volume_per_atom"] > 0)
    sound &= crystals["min_distance"] >= MIN_DISTANCE
    strict = np.zeros(len(crystals), dtype=bool)
    strict[crystals.has_structure()] = [strictly_valid(one) for _, one in crystals.items()]
    no_crystal = "no valid crystal"
    return {
        "graphs": Measure(len(crystals)),
        "yield": share(sound.fillna(False).astype(bool), "no graph"),
        "strict_yield": share(strict, "no graph"),
        "triclinic": share(_triclinic(crystals), no_crystal),
        "unique": share(valid["unique"], no_crystal),
        "distinct": share(unique["matched_split"] != "train", no_crystal),
        "novel": share(unique["novel"], no_crystal),
        "chemical_systems": Measure(valid["chemical_system"].nunique(), len(valid)),
        "elements": Measure(len(_elements(valid["formula"])), len(valid)),
        "element_rank_correlation": _rank_correlation(structures, valid["formula"]),
        "smact_valid": share([smact_valid(name) for name in valid["formula"]], no_crystal),
        "smact_valid_test": share([smact_valid(name) for name in test["formula"]], "no test part"),
        **_distances(crystals.with_structure(), test, predicted),
    }


def _triclinic(crystals: Crystals) -> pd.Series:
    """Say which of the valid crystals are of the space groups 1 and 2, as decoded."""
    groups = crystals.with_structure()["space_group"].astype(float)
    return groups.isin([1.0, 2.0])


def _elements(formulas: Iterable[str]) -> set[str]:
    return {e.symbol for formula in set(formulas) for e in Composition(formula).elements}


def _rank_correlation(structures: Crystals, formulas: pd.Series) -> Measure:
    train = structures.part("train")["formula"]
    if not len(train) or not len(formulas):
        return undefined("no training part" if len(formulas) else "no valid crystal")
    table = densities({TRAINING: train.tolist(), "made": formulas.tolist()})
    found = rank_correlations(table)["made"]
    if np.isnan(found):
        return undefined("all elements have the same share")
    return Measure(found, len(table))


def _distances(valid: Crystals, test: Crystals, predicted: pd.DataFrame | None) -> Measures:
    # One structure at a time: as objects, all of them take a hundred times the table's memory.
    made, known = (
        np.array(
            [(one.density, len(one.composition), len(one)) for _, one in crystals.items()]
        ).reshape(-1, 3)
        for crystals in (valid, test)
    )
    column = f"predicted_{ENERGY}"
    if predicted is None:
        energies = undefined("no formation energies were predicted")
    elif column not in valid.table:
        energies = undefined("made without graphs, of which alone energies are predicted")
    else:
        energies = distance(
            valid[column],
            predicted.loc[predicted["split"] == "test", "predicted"],
        )
    return {
        "wasserstein_density": distance(made[:, 0], known[:, 0]),
        "wasserstein_elements": distance(made[:, 1], known[:, 1]),
        "wasserstein_atoms": distance(made[:, 2], known[:, 2]),
        "wasserstein_formation_energy": energies,
    }


def covered(found: Mapping[str, NDArray[np.bool_]], graphs: int) -> Measures:
    """Measure COV-R and COV-P from `fingerprints.coverage` and the number of graphs drawn."""
    precision = np.zeros(graphs, dtype=bool)
    precision[: len(found["precision"])] = found["precision"]
    return {
        "coverage_recall": share(found["recall"], "no test part"),
        "coverage_precision": share(precision, "no graph"),
    }


def match_rate(paths: Sequence[str | PathLike[str]]) -> Measures:
    """Read the match rate of one sample from the file of target csp: at most one file."""
    if not paths:
        return {"match_rate": undefined("target csp, with statistics.csp, does not measure it")}
    found = json.loads(Path(paths[0]).read_text())
    if not found["n"]:
        return {"match_rate": undefined("no structure could be predicted")}
    low, high = found["match_rate_interval"]
    error = found["match_rate_standard_error"]
    return {"match_rate": Measure(found["match_rate"], found["n"], error, interval=(low, high))}


def after_relaxation(
    relaxed: Crystals,
    above: pd.Series | str,
    structures: Crystals,
    *,
    novel: int,
    graphs: int,
    templates: Crystals | None = None,
    fair: bool = True,
    keep_unconverged: bool = False,
) -> Measures:
    """Measure what relaxation showed: from `drawn` on.

    above: eV/atom above the known hull by id, or why there is none. structures, templates: the
    data and what crystals are made of, whose structure types are not new. novel, graphs: how many
    crystals were novel, and of how many graphs. fair: whether the relaxed ones were drawn from
    the novel ones with equal chance, which the shares of all graphs are estimated by; of the best
    ones they are lower bounds.

    Means and shares are of crystals that relaxed into no known phase and into no lower one.
    """
    settled = usable(relaxed, keep_unconverged=keep_unconverged)
    settled = settled.where(is_new(settled))
    change, after = settled["delta_formation_energy"], settled["formation_energy_after"]
    none = "no crystal was relaxed"
    return {
        "drawn": Measure(len(relaxed)),
        "converged": share(relaxed["status"] == CONVERGED, none),
        "steps": _median(relaxed.where(relaxed["status"] == CONVERGED)["steps"], none),
        "relaxed": Measure(len(settled), len(relaxed)),
        "delta_formation_energy": mean(change, none),
        "delta_formation_energy_median": _median(change, none),
        "small_delta": share(change < SMALL_CHANGE, none),
        "formation_energy": mean(after, none),
        "negative": share(after < 0, none),
        "rmsd": mean(settled["rmsd"], "no crystal matches its relaxed one"),
        "displacement": mean(settled["displacement"], none),
        **near_known_hulls(settled, above),
        **stable_graphs(settled, above, len(relaxed), novel=novel, graphs=graphs, fair=fair),
        **new_structure_types(settled, above, structures, templates),
    }


def _median(values: pd.Series, none: str) -> Measure:
    """Measure the median of some numbers; `none`: why there is none."""
    return Measure(float(values.median()), len(values)) if len(values) else undefined(none)


def not_relaxed(reason: str) -> Measures:
    """Leave the measures from `drawn` on undefined, since nothing was to be relaxed."""
    return dict.fromkeys(AFTER_RELAXATION, undefined(reason))


def measure_set(
    crystals: Crystals,
    screened: Crystals,
    structures: Crystals,
    *,
    predicted: pd.DataFrame | None,
    fingerprints: tuple[pd.DataFrame, int],
    test: tuple[pd.DataFrame, int],
    scale: tuple[NDArray[np.float64], NDArray[np.float64]],
    relaxed: Crystals | None,
    known: KnownPhases | None,
    systems: Sequence[str] | None,
    predicted_structures: Measures,
    templates: Crystals | None = None,
    fair: bool = True,
    keep_unconverged: bool = False,
) -> dict[str, Any]:
    """Measure a variant: all of `MEANINGS` in their order, as they stand in the JSON file.

    crystals, screened, structures, predicted: see `as_decoded`. fingerprints, test: of a sample of
    the crystals and of the test part, as `read_fingerprints` gives them. scale: of `read_scale`.
    relaxed, known: None where relaxation is left out. systems: see `above_known_hulls`; templates,
    fair and keep_unconverged: see `after_relaxation`. predicted_structures: of `match_rate`.
    """
    found = as_decoded(crystals, screened, structures, predicted)
    (made, graphs), (wanted, _) = fingerprints, test
    found |= covered(coverage(made, wanted, scale), graphs) | predicted_structures
    if relaxed is None or known is None:
        found |= not_relaxed("statistics.relaxed is false")
    else:
        found |= after_relaxation(
            relaxed,
            above_known_hulls(relaxed, known, systems, keep_unconverged=keep_unconverged),
            structures,
            novel=int(screened["novel"].sum()),
            graphs=len(screened),
            templates=templates,
            fair=fair,
            keep_unconverged=keep_unconverged,
        )
    return {name: found[name].entry() for name in MEANINGS}


def comparison(paths: Mapping[str, str | PathLike[str]]) -> pd.DataFrame:
    """Make a row a measure: meaning, value, n and standard error of each variant, the paper's.

    paths: the JSON files by variant. Raises `InputError` for one that lacks a measure.
    """
    table = pd.DataFrame({"measure": list(MEANINGS), "meaning": list(MEANINGS.values())})
    for variant, path in paths.items():
        measures = json.loads(Path(path).read_text())["measures"]
        if set(measures) != set(MEANINGS):
            raise InputError(f"{path}: holds other measures; make it again")
        for column, key in (("", "value"), ("_n", "n"), ("_standard_error", "standard_error")):
            found = [measures[name].get(key) for name in MEANINGS]
            # As objects, counts stay whole numbers beside shares.
            table[variant + column] = pd.Series(found, dtype=object)
    return table.assign(paper=table["measure"].map(PUBLISHED))
