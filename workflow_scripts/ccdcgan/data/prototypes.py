"""Crystal prototypes decorated with the elements of a chemical system.

The prototypes are those of the AFLOW encyclopedia that pymatgen ships (Mehl et al., Comput.
Mater. Sci. 136, S1, 2017). A unit is an element ("Co") or a chemical system ("Co-Hf"); it is
decorated onto the prototypes of just as many species.
"""

import logging
from collections.abc import Iterator, Mapping
from functools import cache
from itertools import permutations
from typing import Any

import pandas as pd
from pymatgen.analysis.prototypes import AFLOW_PROTOTYPE_LIBRARY, PrototypeDatabaseMatcher
from pymatgen.analysis.structure_matcher import StructureMatcher
from pymatgen.core import Element, Structure

from ccdcgan.core.errors import InputError
from ccdcgan.core.settings.filters import FilterSettings
from ccdcgan.crystals.cells import NIGGLI, standard_cell
from ccdcgan.data.duplicates import mark_duplicates
from ccdcgan.data.filters import as_row

logger = logging.getLogger(__name__)
AVOGADRO = 0.602214076
"""Å³/atom in cm³/mol."""
SAME_PROTOTYPE = StructureMatcher(ltol=0.1, stol=0.15, angle_tol=3.0)
"""About half of the default tolerances, at which B2 and L1_0 would count as equal."""


def element_volume(symbol: str) -> float:
    """Return the volume of an atom in the element's own solid, in Å³, from its molar volume."""
    molar = Element(symbol).molar_volume
    if not molar:
        raise InputError(f"systems: no molar volume of {symbol} is known; leave {symbol} out")
    return float(molar) / AVOGADRO


def decorations(unit: str) -> Iterator[tuple[str, str, Structure]]:
    """Yield (id, provenance, structure) for every ordering of a unit's elements on every prototype.

    The volume is the sum of the elements' own (Vegard's law with molar volumes). Order, the highest
    space group first, and ids depend on the unit alone.
    """
    elements = unit.split("-")
    volumes = {symbol: element_volume(symbol) for symbol in elements}
    library = sorted(enumerate(AFLOW_PROTOTYPE_LIBRARY), key=lambda item: -_space_group(item[1]))
    for number, entry in library:
        prototype = entry["snl"].structure
        species = sorted(prototype.symbol_set)
        if len(species) != len(elements):
            continue
        cell, _ = standard_cell(prototype, NIGGLI)
        label = f"AFLOW {_label(entry['tags'])}"
        for ordering in permutations(elements):
            mapping = dict(zip(species, ordering, strict=True))
            structure = cell.copy()
            structure.replace_species(mapping)
            structure.scale_lattice(sum(volumes[site.specie.symbol] for site in structure))
            replaced = ", ".join(f"{new} for {old}" for old, new in mapping.items())
            yield f"{''.join(ordering)}-{number:03d}", f"{label}, {replaced}", structure


def prototype_of(structure: Structure) -> str:
    """Name the AFLOW prototype of a structure, as `AB_cP2_221_b_a (B2, CsCl)`; "" if none fits.

    pymatgen's matcher, whose tolerances shrink until one prototype is left.
    """
    try:
        found = _matcher(structure.composition.anonymized_formula).get_prototypes(structure)
    except ValueError:  # no Niggli cell of a degenerate lattice
        return ""
    return ", ".join(_label(entry["tags"]) for entry in found or [])


@cache
def _matcher(formula: str) -> PrototypeDatabaseMatcher:
    """Make a matcher of the prototypes of one anonymous formula: no others can fit."""
    entries = [
        entry
        for entry in AFLOW_PROTOTYPE_LIBRARY
        if entry["snl"].structure.composition.anonymized_formula == formula
    ]
    return PrototypeDatabaseMatcher(pd.DataFrame(entries, columns=["snl", "tags"]))


def _label(tags: Mapping[str, str]) -> str:
    names = [tags[key] for key in ("strukturbericht", "mineral")]
    known = ", ".join(name for name in names if name and name != "None")
    return tags["aflow"] + (f" ({known})" if known else "")


def _space_group(entry: Mapping[str, Any]) -> int:
    return int(entry["tags"]["aflow"].split("_")[2])  # AB2_cF24_227_d_a


def candidates(
    unit: str, filters: FilterSettings, max_prototypes: int | None = None
) -> pd.DataFrame:
    """Make the table of candidates of a unit: a row a decoration, smallest cells first.

    `dropped` holds the reason why a row is not to be relaxed ("" if it is): a fault of the
    structure, a duplicate of an earlier one, or beyond the first `max_prototypes`.
    """
    rows = [
        as_row(id_, structure, provenance, filters)
        for id_, provenance, structure in decorations(unit)
    ]
    if all(row["dropped"] for row in rows):
        raise InputError(
            f"systems: no prototype that fits {unit!r} passes data.filters "
            f"{filters.model_dump(mode='json')}; "
            "relax them or name another system"
        )
    table = pd.DataFrame(rows).sort_values("num_sites", kind="stable", ignore_index=True)
    mark_duplicates(table, matcher=SAME_PROTOTYPE)
    kept = table.index[table["dropped"] == ""]
    if max_prototypes is not None:
        table.loc[kept[max_prototypes:], "dropped"] = f"beyond max_prototypes: {max_prototypes}"
    logger.info(
        "%s: %d candidates of %d decorations", unit, sum(table["dropped"] == ""), len(table)
    )
    return table
