"""The results of a system's calculations: a table, formation energies, and the hull on them."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from os import PathLike

from pymatgen.core import Composition

from ccdcgan.core.tables import read_table
from ccdcgan.crystals.corrections import Corrections, correction, uses_hubbard
from ccdcgan.crystals.energy_schemes import CORRECTED, corrected_scheme
from ccdcgan.crystals.matching import Catalogue
from ccdcgan.crystals.table import ATOMS, PHASE, Crystals, space_group
from ccdcgan.stability.hull import COMPETING, Hulls, build_hulls
from ccdcgan.stability.known_phases import PROTOTYPE, KnownPhases

CALCULATIONS = (
    "name",
    "id",
    "source",
    "formula",
    "num_sites",
    "potential_formation_energy",
    "hubbard_u",
)
"""name: of the run; id: of the crystal; source: `known`, `prototype` or the variant;
energy in eV/atom; hubbard_u: with which U the deck is, or `none`."""
TEXT = ("name", "id", "source", "formula", "hubbard_u")
RESULTS = (
    "status",
    "formation_energy",
    "energy_per_atom",
    "released",
    "max_force",
    "volume_per_atom",
    "matches",
    "attempts",
    "minutes",
    "engine",
    "functional",
    "corrections",
    "correction",
)
"""Columns beside `CALCULATIONS`; energies in eV/atom, force in eV/Å, volume in Å³/atom; released:
by the relaxation, from the structure of the deck."""
CONVERGED = "converged"
PBE = "PBE"
NAN = float("nan")
NUMBERS = ("energy_per_atom", "released", "max_force", "volume_per_atom", "attempts", "minutes")


def read_energies(
    calculations: str | PathLike[str], runs: Iterable[str], *, corrections: Corrections
) -> Crystals:
    """Read a row for each calculation of a system, with the structure of what converged.

    calculations: `calculations.csv`. runs: the files of what `run_calculation` gave. corrections:
    `mp2020` or `none`; `correction` is what is added to an energy for the formation energies, while
    energy_per_atom stays as computed. The zeros of the formation energies are the lowest known
    phases of the elements, computed and corrected alike. `matches` is the reference phase that a
    candidate relaxed into. Columns: `CALCULATIONS` and `RESULTS`.
    """
    table = read_table(calculations, CALCULATIONS, text=TEXT)
    found = Crystals.read_all(runs).table.rename(columns={"id": "name"})
    found = found.reindex(columns=["name", *RESULTS, *ATOMS]).astype(dict.fromkeys(NUMBERS, float))
    table = table.merge(found, on="name", how="left")
    converged = table["status"] == CONVERGED
    table[[*ATOMS]] = table[[*ATOMS]].astype(object).where(converged, None)
    text = ["status", "matches", "engine", "functional"]
    crystals = Crystals(table.assign(**table[text].fillna("")))
    added = [
        correction(crystals.structure(row["id"]), corrections)
        if row["status"] == CONVERGED
        else NAN
        for row in crystals.rows()
    ]
    crystals = crystals.assign(corrections=corrections, correction=added)
    known = crystals.where(converged & crystals["source"].isin(COMPETING))
    zeros = _zeros(known)
    phases = Catalogue.of(known)
    energies, matches = [], []
    for row in crystals.rows():
        done = row["status"] == CONVERGED
        new = done and row["source"] not in COMPETING
        zero = _reference(row["formula"], zeros)
        energies.append(row["energy_per_atom"] + row["correction"] - zero if done else NAN)
        matches.append(phases.closest_match(crystals.structure(row["id"])) or "" if new else "")
    return crystals.assign(formation_energy=energies, matches=matches)


def schemes(energies: Crystals) -> list[str]:
    """Say of which kinds the energies are, such as `GPAW 26.7.0, PBE`; two cannot share a hull.

    Corrections make those with and without U of an engine one kind: they have both in its name.
    """
    kinds: dict[tuple[str, Corrections, str], set[str]] = {}
    for row in energies.where(energies["status"] == CONVERGED).rows():
        own = row["functional"] if row["corrections"] == "none" else ""
        kind = kinds.setdefault((row["engine"], row["corrections"], own), set())
        kind.add(row["functional"])
    return sorted(
        corrected_scheme(f"{engine}, {' and '.join(sorted(functionals))}", corrections)
        for (engine, corrections, _), functionals in kinds.items()
    )


def heading(energies: Crystals) -> str:
    """Say in the legend of the hull what the energies are, and how many are missing."""
    converged = int((energies["status"] == CONVERGED).sum())
    total = len(energies)
    missing = f" ({converged} of {total} calculations)" if converged < total else ""
    return " and ".join(schemes(energies)) + missing


def dft_hulls(system: str, energies: Crystals, *, stable_below: float) -> Hulls:
    """Build the known and the redefined hull on energies of one engine and one kind (`schemes`).

    energies: of `read_energies`. Only what converged is on the hulls; without the energy of an
    element, or with energies of several schemes, there is none and the reason is said.
    """
    converged = energies.where(energies["status"] == CONVERGED)
    source = converged["source"]
    label = heading(energies)
    known = KnownPhases(_as_phases(converged.where(source.isin(COMPETING))), label, label, label)
    made = sorted(set(source) - set(COMPETING))
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
    """Give competing phases the columns of the data."""
    phases = Crystals.of_structures(known.structures(), kind=[PHASE] * len(known))
    return phases.assign(
        formation_energy_per_atom=known["formation_energy"],
        source=["prototypes" if name == PROTOTYPE else "data" for name in known["source"]],
    )


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
    faults = [
        f"{symbol} ({', '.join(statuses) or 'no known phase among the data'})"
        for symbol in system.split("-")
        if CONVERGED not in (statuses := _statuses(symbol, energies))
    ]
    if faults:
        return f"no hull: no energy of {' and '.join(faults)}"
    if misfits := _misfits(energies):
        return f"no hull: {CORRECTED} do not hold for {misfits}"
    found = schemes(energies)
    if len(found) == 1:
        return ""
    reason = f"no hull: the energies are of {' and '.join(found)}, which do not mix"
    if {name.rpartition(", ")[2] for name in found} == {PBE, f"{PBE}+U"}:
        return f"{reason} unless dft.corrections: mp2020 is set, or dft.hubbard: none"
    return reason


def _statuses(symbol: str, energies: Crystals) -> list[str]:
    """List what became of the known phases of an element, each once."""
    known = energies.where(energies["source"].isin(COMPETING))
    alone = known["formula"].map(lambda formula: Composition(formula).chemical_system) == symbol
    return list(dict.fromkeys(known["status"][alone]))


def _misfits(energies: Crystals) -> str:
    """Name the corrected energies that are not of the functional that the corrections are of."""
    rows = energies.where((energies["status"] == CONVERGED) & (energies["corrections"] != "none"))
    faults = []
    for row in rows.rows():
        expected = f"{PBE}+U" if uses_hubbard(Composition(row["formula"])) else PBE
        if row["functional"] != expected:
            faults.append(f"{row['name']} (of {row['functional']}, not {expected})")
    more = f" and {len(faults) - 3} more" if len(faults) > 3 else ""
    return ", ".join(faults[:3]) + more


def _zeros(known: Crystals) -> dict[str, float]:
    """Return the lowest corrected energy (eV/atom) of each element among converged phases."""
    zeros: dict[str, float] = {}
    for row in known.rows():
        composition = Composition(row["formula"])
        if composition.is_element:
            energy = row["energy_per_atom"] + row["correction"]
            symbol = composition.chemical_system
            zeros[symbol] = min(energy, zeros.get(symbol, energy))
    return zeros


def _reference(formula: str, zeros: Mapping[str, float]) -> float:
    """Add up Σ xᵢ Eᵢ of the elements in eV/atom; NaN if one of them has no energy."""
    fractions = Composition(formula).fractional_composition.as_dict()
    return sum(share * zeros.get(symbol, NAN) for symbol, share in fractions.items())
