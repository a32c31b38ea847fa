"""Properties that the table of crystals may know of each."""

from ccdcgan.core.errors import InputError
from ccdcgan.crystals.table import Crystals


def with_property(structures: Crystals, name: str) -> Crystals:
    """Select the structures whose property is known.

    Raises `InputError` where the table lacks the column or has no value in it.
    """
    if name not in structures.table:
        raise InputError(
            f"constraint property {name!r}: the structures do not carry it; name it in "
            "data.properties or leave it out of constraint.properties"
        )
    known = structures.where(structures[name].notna())
    if not len(known):
        raise InputError(f"constraint property {name!r}: no structure has a value of it")
    return known


def learnable(structures: Crystals, name: str, least: int) -> Crystals:
    """Select the structures whose property is known, where there is something to learn of it.

    Raises `InputError` as `with_property`, for fewer than `least` of them and for one value alone.
    """
    known = with_property(structures, name)
    if len(known) < least:
        raise InputError(
            f"constraint property {name!r}: only {len(known)} structures have a value of it and "
            f"pass the filters; {least} are the least to learn from"
        )
    if known[name].nunique() == 1:
        raise InputError(
            f"constraint property {name!r}: all {len(known)} values are {known[name].iloc[0]:g}, "
            "of which nothing can be learnt; check its column in the data"
        )
    return known
