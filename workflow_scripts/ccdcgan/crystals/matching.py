"""Which crystals are equal: pymatgen's StructureMatcher at its defaults, made fit for many."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from pymatgen.analysis.structure_matcher import StructureMatcher
from pymatgen.core import Structure

from ccdcgan.crystals.table import Crystals


@dataclass
class _Entry:
    name: str
    structure: Structure

    @cached_property
    def reduced(self) -> Structure:
        """Give the primitive Niggli cell, as StructureMatcher makes it of both of its arguments."""
        try:
            return self.structure.get_reduced_structure("niggli").get_primitive_structure()
        except ValueError:  # no Niggli cell of a degenerate lattice
            return self.structure

    @property
    def formula(self) -> str:
        return self.structure.composition.reduced_formula


class Catalogue:
    """Structures by name that a crystal can be looked up in.

    The verdicts are those of `StructureMatcher().fit(entry, crystal)`, pair by pair, or of another
    `matcher` that compares primitive cells of one volume and no supercells, as the default does.
    What makes it fast cannot change them: each structure is reduced once, and only pairs of one
    formula and one number of atoms in the primitive cell, the only ones that can be equal, are
    compared.
    """

    def __init__(self, matcher: StructureMatcher | None = None) -> None:
        self._entries: dict[str, list[_Entry]] = {}
        self._matcher = matcher or StructureMatcher()

    @classmethod
    def of(cls, crystals: Crystals, matcher: StructureMatcher | None = None) -> "Catalogue":
        """Make a catalogue of the crystals that have a structure, in their order."""
        catalogue = cls(matcher)
        for name, structure in crystals.items():
            catalogue.add(name, structure)
        return catalogue

    def add(self, name: str, structure: Structure) -> None:
        """Add a structure; lookups go through the entries in the order of adding."""
        entry = _Entry(name, structure)
        self._entries.setdefault(entry.formula, []).append(entry)

    def first_match(self, crystal: Structure) -> str | None:
        """Return the name of the first entry that equals a crystal."""
        other = _Entry("", crystal)
        for entry in self._entries.get(other.formula, []):
            if self._equal(entry, other):
                return entry.name
        return None

    def all_matches(self, crystal: Structure) -> list[str]:
        """Return the names of all entries that equal a crystal."""
        other = _Entry("", crystal)
        entries = self._entries.get(other.formula, [])
        return [entry.name for entry in entries if self._equal(entry, other)]

    def closest_match(self, crystal: Structure) -> str | None:
        """Return the name of the entry that equals a crystal with the smallest RMS displacement."""
        other = _Entry("", crystal)
        equal = [e for e in self._entries.get(other.formula, []) if self._equal(e, other)]
        if len(equal) < 2:
            return equal[0].name if equal else None
        return min(equal, key=lambda entry: self._displacement(entry, other)).name

    def _equal(self, entry: _Entry, other: _Entry) -> bool:
        if len(entry.reduced) != len(other.reduced):
            return False
        return bool(self._matcher.fit(entry.reduced, other.reduced, skip_structure_reduction=True))

    def _displacement(self, entry: _Entry, other: _Entry) -> float:
        result = self._matcher.get_rms_dist(entry.reduced, other.reduced)
        return float("inf") if result is None else result[0]


def duplicates(crystals: Crystals) -> dict[str, str]:
    """Return, by id, the first crystal that an equal one repeats."""
    seen = Catalogue()
    found = {}
    for name, crystal in crystals.items():
        first = seen.first_match(crystal)
        if first is None:
            seen.add(name, crystal)
        else:
            found[name] = first
    return found


def matched_rmsd(first: Structure, second: Structure) -> float:
    """Measure the RMSD of two structures in Å after the best superposition; NaN if none matches.

    StructureMatcher scales both to their mean volume, superposes them and gives the RMS distance
    of paired atoms in units of (V/N)^(1/3), which is multiplied back here. A change of volume alone
    is therefore no displacement.
    """
    result = StructureMatcher().get_rms_dist(first, second)
    if result is None:
        return float("nan")
    volume = np.sqrt(first.volume / len(first) * second.volume / len(second))
    return float(result[0] * volume ** (1 / 3))


def displacement(before: Structure, after: Structure) -> float:
    """Measure the RMS displacement (Å) of the atoms in a relaxation, matching or not.

    Both structures list the same atoms in the same order. The fractional displacements to the
    nearest image, less their mean (the crystal's drift), are measured in the mean of both lattices:
    a change of the cell alone is no displacement.
    """
    change = after.frac_coords - before.frac_coords
    change -= np.round(change)
    change -= change.mean(axis=0)
    lattice = (before.lattice.matrix + after.lattice.matrix) / 2
    return float(np.sqrt(((change @ lattice) ** 2).sum(axis=1).mean()))
