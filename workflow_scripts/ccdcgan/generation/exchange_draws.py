"""Crystals with exchanged elements, drawn for the constraint to learn from.

Structures of databases rest in their minima; what is proposed does not. A constraint that has seen
the former alone ranks proposals less well (docs/NETWORKS.md). So some are drawn as for graphs.
"""

from collections.abc import Iterable, Mapping
from os import PathLike

import numpy as np
from numpy.typing import NDArray

from ccdcgan.core.errors import InputError
from ccdcgan.core.settings.constraint import ExchangeLabelSettings
from ccdcgan.crystals.arrays import MAX_ATOMS, structure_of
from ccdcgan.crystals.compositions import formula_of
from ccdcgan.crystals.table import Crystals
from ccdcgan.crystals.templates import Exchange, Templates
from ccdcgan.generation.refine import refine
from ccdcgan.networks.refiner import Refiner
from ccdcgan.stability.known_phases import known_formulas

TRIES = 1000  # draws for one crystal, all of them of formulas that are kept from training


def draw_exchanges(
    templates: Crystals,
    refiner: Refiner,
    settings: ExchangeLabelSettings,
    *,
    times: int,
    kept_out: Iterable[str],
    shard: int,
    seed: int,
) -> Crystals:
    """Draw one shard of crystals with exchanged elements, for the training part.

    templates: see `Templates`. Number n depends on the seed and n alone; those of even numbers are
    refined as many `times` as crystals of graphs. kept_out: reduced formulas of which none is
    drawn. Raises `InputError` where hardly any other can be drawn.
    """
    held, left_out = Templates(templates), set(kept_out)
    numbers = range(shard, settings.number, settings.shards)
    drawn = [_drawn(held, n, settings, left_out, seed) for n in numbers]
    crystals = _refined(held.crystals(drawn), refiner, times, np.array(numbers) % 2 == 0)
    structures = {
        f"exchange-{n:06d}": structure_of(crystals, place) for place, n in enumerate(numbers)
    }
    return Crystals.of_structures(structures).assign(split="train", kind="exchange")


def formulas_kept_out(structures: Crystals, known: str | PathLike[str] | None) -> set[str]:
    """List the formulas that none may be trained on: of other parts, and of known phases alone."""
    trained = set(structures.part("train")["formula"])
    return (set(structures["formula"]) | known_formulas(known)) - trained


def _drawn(
    templates: Templates,
    number: int,
    settings: ExchangeLabelSettings,
    left_out: set[str],
    seed: int,
) -> Exchange:
    random = np.random.default_rng([seed, number])
    for _ in range(TRIES):
        temperature = float(random.choice(settings.temperatures))
        one = templates.draw(random, MAX_ATOMS, temperature)
        if formula_of(templates.counts([one])[0]) not in left_out:
            return one
    raise InputError(
        f"config constraint.exchanges: each of {TRIES} exchanges has a formula that is kept from "
        "training; raise the temperatures, or enlarge the training data"
    )


def _refined(
    crystals: Mapping[str, NDArray], refiner: Refiner, times: int, chosen: NDArray[np.bool_]
) -> dict[str, NDArray]:
    """Refine some of the crystals and leave the others as they are."""
    part = {name: values[chosen] for name, values in crystals.items()}
    for _ in range(times):
        part = refine(refiner, part)
    whole = {name: np.array(values) for name, values in crystals.items()}
    for name, values in part.items():
        whole[name][chosen] = values
    return whole
