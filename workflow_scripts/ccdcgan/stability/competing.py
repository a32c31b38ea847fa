"""The phases that crystals compete with: of the data and of the table of known phases, relaxed."""

from collections.abc import Iterable, Mapping
from functools import cached_property
from os import PathLike
from typing import Any, Self

import pandas as pd

from ccdcgan.core.journal import Journal
from ccdcgan.core.settings.analysis import Corrections
from ccdcgan.core.settings.hardware import RelaxationLimits
from ccdcgan.core.settings.potential import PotentialSettings
from ccdcgan.crystals.potential import Relaxes, load_calculators, package_of
from ccdcgan.crystals.table import Crystals
from ccdcgan.crystals.worker import Worker
from ccdcgan.data.labelling import relaxer
from ccdcgan.stability.known_phases import read_table_of_known
from ccdcgan.stability.phase_energies import static_energies
from ccdcgan.stability.phase_labels import Relax, relax_elements, relax_known_phases


class Judge:
    """Chooses the competing phases by their static energies and relaxes those near the hull.

    relax: see `labelling.relaxer`. path: of the table of known phases, or None: those of the data
    alone. max_above_hull: eV/atom above the hull of the static energies, up to which phases are
    relaxed. chosen_by: the potential of the static energies; None: that of the others. corrections:
    of all energies. limits: of the process that the static energies are asked in; see `relaxer`.
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
        limits: RelaxationLimits | None = None,
    ) -> None:
        self.potential = potential
        self.relax = relax
        self.path = path
        self.max_above_hull = max_above_hull
        self.chooser = potential.named(chosen_by) if chosen_by else potential
        self.corrections: Corrections = corrections
        self.limits = limits

    @classmethod
    def load(
        cls,
        potential: Mapping[str, Any],
        journal: Journal,
        path: str | PathLike[str] | None,
        *,
        limits: RelaxationLimits | None = None,
        **choice: Any,
    ) -> Self:
        """Make the judge of a job.

        potential: the section of the config. journal: keeps each phase as it is relaxed. Phases
        keep their symmetry, as in a relaxation by DFT. path, choice: as of the class. limits: of
        the processes that compute energies and relax; see `relaxer`.
        """
        settings = PotentialSettings.model_validate(potential)
        relax = relaxer(settings, journal, keep_symmetry=True, limits=limits)
        return cls(settings, relax, path, limits=limits, **choice)

    def relax_elements(self, structures: Crystals, systems: Iterable[str]) -> Crystals:
        """Relax the elements of the data and of some systems; see `phase_labels.relax_elements`."""
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
        """Relax the phases of some systems; see `phase_labels.relax_known_phases`."""
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
        """Give the static energies of crystals in eV/atom; see `phase_energies.static_energies`."""
        found = static_energies(
            crystals,
            self.path,
            lambda structure: self._calculators.energy(structure),
            self.chooser.energy_scheme,
            package_of(self.chooser.name),
        )
        if isinstance(self._calculators, Worker):  # the memory of the job is for one process
            self._calculators.close()
        return found

    @cached_property
    def _calculators(self) -> Relaxes:
        if self.limits:
            return Worker(self.chooser, None, self.limits, energies_only=True)
        return load_calculators(self.chooser, None, energies_only=True)


def of_shard(crystals: Crystals, shard: int, shards: int) -> Crystals:
    """Select the crystals with a structure whose chemical systems belong to one of the shards."""
    held = crystals.with_structure()
    systems = sorted(held["chemical_system"].unique())[shard::shards]
    return held.where(held["chemical_system"].isin(systems))
