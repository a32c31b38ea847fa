"""The results of a system's calculations: a table, formation energies, and the hull on them."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from os import PathLike

from pymatgen.core import Composition

from ccdcgan.core.tables import read_table
from ccdcgan.crystals.matching import Catalogue
from ccdcgan.crystals.table import ATOMS, PHASE, Crystals, space_group
from ccdcgan.stability.hull import Hulls, build_hulls
from ccdcgan.stability.known_phases import KNOWN, KnownPhases

CALCULATIONS = ("name", "id", "source", "formula", "num_sites", "potential_formation_energy")
"""name: of the run; id: of the crystal; source: `known` or the variant; energy in eV/atom."""
RESULTS = (
    "status",
    "formation_energy",
    "energy_per_atom",
    "max_force",
    "volume_per_atom",
    "matches",
    "attempts",
    "minutes",
    "engine",
    "functional",
)
"""Columns beside `CALCULATIONS`; energies in eV/atom, force in eV/Å, volume in Å³/atom."""
CONVERGED = "converged"
NAN = float("nan")
NUMBERS = ("energy_per_atom", "max_force", "volume_per_atom", "attempts", "minutes")


def read_energies(calculations: str | PathLike[str], runs: Iterable[str]) -> Crystals:
    """Read a row for each calculation of a system, with the structure of what converged.

    calculations: `calculations.csv`. runs: the files of what `run_calculation` gave. The zeros of
    the formation energies are the known phases of the elements, computed alike. `matches` is the
    reference phase that a candidate relaxed into. Columns: `CALCULATIONS` and `RESULTS`.
    """
    table = read_table(calculations, CALCULATIONS, text=("name", "id", "source", "formula"))
    found = Crystals.read_all(runs).table.rename(columns={"id": "name"})
    found = found.reindex(columns=["name", *RESULTS, *ATOMS]).astype(dict.fromkeys(NUMBERS, float))
    table = table.merge(found, on="name", how="left")
    converged = table["status"] == CONVERGED
    table[[*ATOMS]] = table[[*ATOMS]].astype(object).where(converged, None)
    text = ["status", "matches", "engine", "functional"]
    crystals = Crystals(table.assign(**table[text].fillna("")))
    references = crystals.where(converged & (table["source"] == KNOWN))
    zeros = dict(zip(references["formula"], references["energy_per_atom"], strict=True))
    known = Catalogue.of(references)
    energies, matches = [], []
    for row in crystals.rows():
        done = row["status"] == CONVERGED
        new = done and row["source"] != KNOWN
        energies.append(row["energy_per_atom"] - _reference(row["formula"], zeros) if done else NAN)
        matches.append(known.closest_match(crystals.structure(row["id"])) or "" if new else "")
    return crystals.assign(formation_energy=energies, matches=matches)


def scheme(energies: Crystals) -> str:
    """Say what the energies are, such as `GPAW 26.7.0, PBE`; more than one cannot share a hull."""
    rows = energies.where(energies["status"] == CONVERGED).rows()
    return " and ".join(sorted({f"{row['engine']}, {row['functional']}" for row in rows}))


def heading(energies: Crystals) -> str:
    """Say in the legend of the hull what the energies are, and how many are missing."""
    converged = int((energies["status"] == CONVERGED).sum())
    total = len(energies)
    missing = f" ({converged} of {total} calculations)" if converged < total else ""
    return scheme(energies) + missing


def dft_hulls(system: str, energies: Crystals, *, stable_below: float) -> Hulls:
    """Build the known and the redefined hull on energies of one engine and functional.

    energies: of `read_energies`. Only what converged is on the hulls; without the energy of an
    element, or with energies of several schemes, there is none and the reason is said.
    """
    converged = energies.where(energies["status"] == CONVERGED)
    source = converged["source"]
    label = heading(energies)
    known = KnownPhases(_as_phases(converged.where(source == KNOWN)), label, label, label)
    made = sorted(set(source) - {KNOWN})
    generated = {variant: _as_relaxed(converged.where(source == variant)) for variant in made}
    hulls = build_hulls(system, known, {}, generated, stable_below=stable_below)
    reason = _reason(system, energies)
    if not reason:
        return hulls
    empty = hulls.table.assign(
        e_above_known_hull=NAN,
        e_above_redefined_hull=NAN,
        stable=False,
        on_redefined_hull=False,
        decomposition_known=reason,
        decomposition_redefined=reason,
    )
    return replace(hulls, table=empty, known=None, redefined=None, reason=reason)


def _as_phases(known: Crystals) -> Crystals:
    """Give known phases the columns of the data."""
    phases = Crystals.of_structures(known.structures(), kind=[PHASE] * len(known))
    return phases.assign(formation_energy_per_atom=known["formation_energy"])


def _as_relaxed(generated: Crystals) -> Crystals:
    """Give generated crystals the columns of relaxed ones."""
    systems = [structure.composition.chemical_system for _, structure in generated.items()]
    return generated.assign(
        chemical_system=systems,
        status="relaxed",
        formation_energy_after=generated["formation_energy"],
        matches_after=generated["matches"],
        space_group_after=generated.map(space_group),
    )


def _reason(system: str, energies: Crystals) -> str:
    """Say why there can be no hull, or ""."""
    phases = energies.where(energies["source"] == KNOWN)
    known = dict(zip(phases["formula"], phases["status"], strict=True))
    faults = [
        f"{symbol} ({known.get(symbol, 'no known phase among the data')})"
        for symbol in system.split("-")
        if known.get(symbol) != CONVERGED
    ]
    if faults:
        return f"no hull: no energy of {' and '.join(faults)}"
    if " and " in scheme(energies):
        return f"no hull: the energies are of {scheme(energies)}, which do not mix"
    return ""


def _reference(formula: str, zeros: Mapping[str, float]) -> float:
    """Add up Σ xᵢ Eᵢ of the elements in eV/atom; NaN if one of them has no energy."""
    fractions = Composition(formula).fractional_composition.as_dict()
    return sum(share * zeros.get(symbol, float("nan")) for symbol, share in fractions.items())
