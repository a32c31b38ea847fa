"""Which structures are for training, validation and test."""

from collections import Counter
from collections.abc import Mapping

import pandas as pd

from ccdcgan.core.artifacts import stable_seed
from ccdcgan.core.errors import InputError

SPLIT_BY = {"structure": "parent", "formula": "formula", "system": "chemical_system"}
"""By what `data.split.by` names, the column whose values never fall into two parts."""


def assign_split(keys: pd.Series, fractions: Mapping[str, float], seed: int) -> pd.Series:
    """Give each row its part (train, validation, test), from a hash of its key and `seed`.

    So rows of one key stay together, more structures do not move the others, and every machine
    finds the same. With so few keys that a part got none, it gets the one whose hash lies nearest.
    `InputError` below three.
    """
    position = {key: stable_seed(seed, "split", key) / 2**31 for key in keys.unique()}
    if len(position) < len(fractions):
        raise InputError(
            f"{len(position)} groups of structures cannot be split into {', '.join(fractions)}: "
            "relax data.filters or add systems"
        )
    parts: dict[str, str] = {}
    start = 0.0
    for name, fraction in fractions.items():
        parts |= {key: name for key, u in position.items() if start <= u}
        start += fraction
    start = 0.0
    for name, fraction in fractions.items():
        middle = start + fraction / 2
        if name not in parts.values():
            sizes = Counter(parts.values())
            spare = [key for key, part in parts.items() if sizes[part] > 1]
            parts[min(spare, key=lambda key: abs(position[key] - middle))] = name
        start += fraction
    return keys.map(parts)
