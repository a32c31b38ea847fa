"""Pairs to learn from: a crystal with exchanged elements, and what the true one is like.

For each crystal those of the training part are looked up that have its structure type and other
elements; with its own elements in their places, each is a start from which it is to be reached.
"""

import logging
import sys
from collections.abc import Mapping, Sequence
from os import PathLike
from typing import Any

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from ccdcgan.core.settings.refiner import RefinerSettings
from ccdcgan.core.shards import read_shard, strings, write_shard
from ccdcgan.crystals.alignment import align
from ccdcgan.crystals.arrays import CELL, MAX_ATOMS, structure_of
from ccdcgan.crystals.compositions import count_atoms
from ccdcgan.crystals.table import Crystals
from ccdcgan.crystals.templates import STRUCTURE_TYPE, Templates
from ccdcgan.data.templates import structure_types

logger = logging.getLogger(__name__)
PAIRS = "exchange pairs"
MAX_STRAIN = 0.3  # of a component; beyond, the cells that were paired are hardly the same ones
ARRAYS: dict[str, tuple[tuple[int, ...], str]] = {
    "species": ((MAX_ATOMS,), "u1"),
    "former": ((MAX_ATOMS,), "u1"),
    "coords": ((MAX_ATOMS, 3), "f4"),
    "cell": ((CELL,), "f4"),
    "displacements": ((MAX_ATOMS, 3), "f4"),
    "strain": ((3, 3), "f4"),
}
"""Of a pair: the crystal with exchanged elements, and what it lacks of the true one."""


def pair_templates(
    structures: Crystals,
    output: str | PathLike[str],
    settings: RefinerSettings,
    *,
    shard: int,
    notes: Mapping[str, Any],
) -> None:
    """Write the pairs of one shard of the phases of the training and the validation part.

    Each phase has at most `templates` pairs, of the nearest training phases. Arrays `ARRAYS`
    (displacements in Å), `id` and `split` of the true crystal.
    """
    phases = structures.phases()
    learnt = phases.where(phases["split"].isin(["train", "validation"]))
    types = np.array(structure_types(learnt))
    of_training = (learnt["split"] == "train").to_numpy()
    names = list(learnt)
    templates = Templates(learnt.assign(**{STRUCTURE_TYPE: types}).part("train"))
    counts = count_atoms(learnt["species"].tolist())
    found: dict[str, list[NDArray]] = {name: [] for name in ARRAYS}
    ids, splits = [], []
    lost = 0
    mine = range(shard, len(names), settings.shards)
    for place in tqdm(mine, "pairs", mininterval=10, file=sys.stderr):
        exchanges = templates.leading_to(
            counts[place], types[of_training] == types[place], settings.templates
        )
        if not exchanges:
            continue
        starts = templates.crystals(exchanges)
        true = learnt.structure(names[place])
        for row in range(len(exchanges)):
            start = {name: values[row] for name, values in starts.items()}
            found_one = align(structure_of(starts, row), true)
            if found_one is None or np.abs(found_one.strain).max() > MAX_STRAIN:
                lost += 1
                continue
            displacements = np.zeros((MAX_ATOMS, 3))
            displacements[: len(true)] = found_one.displacements
            whole = {**start, "strain": found_one.strain, "displacements": displacements}
            for name, values in found.items():
                values.append(whole[name])
            ids.append(names[place])
            splits.append(str(learnt["split"].iloc[place]))
    logger.info("%d pairs; %d more do not match the true crystal", len(ids), lost)
    with write_shard(output, PAIRS, {}, notes) as file:
        for name, (shape, kind) in ARRAYS.items():
            rows = np.array(found[name], dtype=kind).reshape(-1, *shape)
            file.column(name, rows)
        file.strings("id", ids)
        file.strings("split", splits)


def read_pairs(paths: Sequence[str | PathLike[str]], split: str) -> dict[str, NDArray]:
    """Read the pairs of a part from the shards of `pair_templates`, in the order of their ids."""
    parts: dict[str, list[NDArray]] = {name: [] for name in ARRAYS}
    ids: list[str] = []
    for path in paths:
        with read_shard(path, PAIRS) as file:
            chosen = np.array([one == split for one in strings(file["split"])], dtype=bool)
            for name, values in parts.items():
                values.append(file[name][:][chosen])
            ids += [one for one, keep in zip(strings(file["id"]), chosen, strict=True) if keep]
    order = np.argsort(np.array(ids), kind="stable")
    return {name: np.concatenate(values)[order] for name, values in parts.items()}
