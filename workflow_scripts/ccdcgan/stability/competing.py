"""The phases that crystals compete with: of the data and of the table of known phases, relaxed."""

from collections.abc import Iterable
from functools import cached_property
from os import PathLike

import pandas as pd
from ase.calculators.calculator import Calculator

from ccdcgan.core.settings.analysis import Corrections
from ccdcgan.core.settings.potential import PotentialSettings
from ccdcgan.crystals.potential import load_calculator, package_of, static_energy
from ccdcgan.crystals.table import Crystals
from ccdcgan.stability.known_phases import (
    Relax,
    read_table_of_known,
    relax_elements,
    relax_known_phases,
    static_energies,
)


class Judge:
    """Chooses the competing phases by their static energies and relaxes those near the hull.

    relax: see `labelling.relaxer`. path: of the table of known phases, or None: those of the data
    alone. max_above_hull: eV/atom above the hull of the static energies, up to which phases are
    relaxed. chosen_by: the potential of the static energies; None: that of the others. corrections:
    of all energies.
    """

    def __init__(
        self,
        potential: PotentialSettings,
        relax: Relax,
        path: str | PathLike[str] | None,
        *,
        max_above_hull: float,
        chosen_by: str | None,
        corrections: Corrections,
    ) -> None:
        self.potential = potential
        self.relax = relax
        self.path = path
        self.max_above_hull = max_above_hull
        self.chooser = potential.named(chosen_by) if chosen_by else potential
        self.corrections: Corrections = corrections

    def relax_elements(self, structures: Crystals, systems: Iterable[str]) -> Crystals:
        """Relax the elements of the data and of some systems; see `known_phases.relax_elements`."""
        names = list(systems)
        symbols = {symbol for system in names for symbol in system.split("-")}
        return relax_elements(
            structures,
            names,
            self.relax,
            self.potential.energy_scheme,
            corrections=self.corrections,
            table=read_table_of_known(self.path, systems=symbols),
            energies=self.energies,
            max_above=self.max_above_hull,
        )

    def relax_known_phases(
        self,
        structures: Crystals,
        elements: Crystals,
        systems: Iterable[str],
        formulas: Iterable[str] | None = None,
    ) -> Crystals:
        """Relax the phases of some systems; see `known_phases.relax_known_phases`."""
        names = list(systems)
        return relax_known_phases(
            structures,
            elements,
            self.relax,
            self.potential.energy_scheme,
            systems=names,
            corrections=self.corrections,
            table=read_table_of_known(self.path, systems=names),
            energies=self.energies,
            max_above=self.max_above_hull,
            formulas=formulas,
        )

    def energies(self, crystals: Crystals) -> pd.Series:
        """Give the static energies of crystals in eV/atom; see `known_phases.static_energies`."""
        return static_energies(
            crystals,
            self.path,
            lambda structure: static_energy(structure, self._calculator),
            self.chooser.energy_scheme,
            package_of(self.chooser.name),
        )

    @cached_property
    def _calculator(self) -> Calculator:
        return load_calculator(self.chooser, energies_only=True)
