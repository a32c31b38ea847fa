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
