"""What a composition must fulfil so that crystals are made of it."""

from collections.abc import Collection, Sequence
from functools import cache

import numpy as np
from numpy.typing import NDArray
from pymatgen.core import Element
from smact.screening import smact_validity

from ccdcgan.core.errors import InputError
from ccdcgan.core.settings.generation import GenerateSettings
from ccdcgan.crystals.compositions import NUMBERS, Compositions, formula_of
from ccdcgan.generation.compositions import chosen_compositions, within_fractions


def drawn_compositions(trained: Compositions, settings: GenerateSettings) -> Compositions:
    """Select the compositions of a training that may be drawn; exact ones, as they are named.

    Raises `InputError` where none is left, or for an element that the training lacks.
    """
    if settings.asked:
        counts = asked_counts(settings)
        check_trained(counts, trained)
        return Compositions.even(counts)
    chosen = chosen_compositions(
        trained,
        systems=settings.systems,
        max_atoms=settings.max_atoms,
        fractions=settings.fractions,
    )
    kept = permitted(chosen.counts, settings)
    if not kept.any():
        raise InputError(
            f"config generate: none of {len(kept)} training compositions is as allowed, forbidden "
            "and charge_neutral say; widen them"
        )
    return Compositions(chosen.counts[kept], chosen.weights[kept])


def drawn_elements(trained: Compositions, settings: GenerateSettings, most: int) -> Compositions:
    """Select the sets of elements that may be drawn where numbers of atoms cannot be asked for.

    Of systems that are asked for each is as likely; else they are those of the compositions of
    the training that have at most `most` elements. Raises `InputError` for a system of more, or
    with an element that the training lacks, and where none is left.
    """
    if settings.systems is None:
        chosen = drawn_compositions(trained, settings)
        few = (chosen.counts[:, 1:] > 0).sum(axis=1) <= most
        if not few.any():
            raise InputError(f"config generate: no composition of at most {most} elements is left")
        return Compositions(chosen.counts[few], chosen.weights[few])
    counts = np.zeros((len(settings.systems), NUMBERS), dtype=np.int64)
    for row, system in zip(counts, settings.systems, strict=True):
        row[_numbers(system.split("-"))] = 1
        if row.sum() > most:
            raise InputError(
                f"config generate.systems: {system!r} has more than the {most} elements of which "
                "this generator makes graphs: leave it out"
            )
    check_trained(counts, trained, "systems")
    return Compositions.even(counts)


def asked_counts(settings: GenerateSettings) -> NDArray[np.int64]:
    """Return the atoms by atomic number (n, 100) of the cells that are asked for."""
    counts = np.zeros((len(settings.asked), NUMBERS), dtype=np.int64)
    for row, atoms in zip(counts, settings.asked, strict=True):
        for symbol, count in atoms.items():
            row[Element(symbol).Z] = count
    return counts


def check_trained(
    counts: NDArray[np.integer], trained: Compositions, key: str = "compositions"
) -> None:
    """Raise `InputError` for an element that no structure of the training has.

    key: of section `generate`, which asks for it.
    """
    present = trained.counts.any(axis=0)
    lacking = np.flatnonzero(counts.any(axis=0) & ~present)
    if len(lacking):
        symbols = ", ".join(Element.from_Z(int(number)).symbol for number in lacking)
        raise InputError(
            f"config generate.{key}: {symbols} is in no structure that the generator was "
            "trained on; leave it out or train with it"
        )


def permitted(
    counts: NDArray[np.integer], settings: GenerateSettings, known: Collection[str] = ()
) -> NDArray[np.bool_]:
    """Say of each composition (n, 100) whether fractions, elements and charges are as asked for.

    known: reduced formulas that none may have.
    """
    wanted = within_fractions(counts, settings.fractions)
    if settings.allowed:
        others = np.ones(counts.shape[1], dtype=bool)
        others[_numbers(settings.allowed)] = False
        wanted &= ~(counts[:, others] > 0).any(axis=1)
    if settings.forbidden:
        wanted &= ~(counts[:, _numbers(settings.forbidden)] > 0).any(axis=1)
    # The dearest last, and of those alone that are left.
    if known:
        wanted[wanted] = [formula_of(row) not in known for row in counts[wanted]]
    if settings.charge_neutral:
        wanted[wanted] = [is_neutral(formula_of(row)) for row in counts[wanted]]
    return wanted


def _numbers(symbols: Sequence[str]) -> list[int]:
    return [Element(symbol).Z for symbol in symbols]


@cache
def is_neutral(formula: str) -> bool:
    """Say whether the charges of a composition cancel, in states that fit electronegativities.

    The rule of SMACT (Davies et al., J. Open Source Softw. 4, 1361 (2019)), to which, unlike in the
    statistics, alloys are no exception.
    """
    return bool(smact_validity(formula, include_alloys=False))
