"""Which elements the training structures and the generated crystals hold (figure 4)."""

from collections import Counter
from collections.abc import Iterable, Mapping
from os import PathLike

from matplotlib.figure import Figure
from pymatgen.core import Composition

from ccdcgan.errors import InputError
from ccdcgan.figures.periodic_table import draw_periodic_table
from ccdcgan.outcomes import read_screened
from ccdcgan.structures import read_structures

COLUMNS = 2


def read_formulas(
    structures: str | PathLike[str], screened: Mapping[str, str | PathLike[str]]
) -> dict[str, list[str]]:
    """Formulas of the training structures and of each variant's valid crystals.

    structures: `structures.parquet`. screened: `screen.csv` by variant.
    """
    data = read_structures(structures)
    formulas = {"training structures": data.loc[data["split"] == "train", "formula"].tolist()}
    for variant, path in screened.items():
        rows = read_screened(path)
        formulas[f"valid crystals of {variant}"] = rows.loc[rows["valid"], "formula"].tolist()
    return formulas


def shares(formulas: Iterable[str]) -> dict[str, float]:
    """By element, the percentage of the formulas that hold it."""
    counts: Counter[str] = Counter()
    total = 0
    for formula in formulas:
        counts.update(element.symbol for element in Composition(formula).elements)
        total += 1
    return {symbol: 100 * count / total for symbol, count in counts.items()}


def elements_figure(formulas: Mapping[str, Iterable[str]]) -> Figure:
    """A periodic table for each set of formulas, all with the same logarithmic colours.

    formulas: by title, the formulas of the crystals, one a crystal. Raises `InputError` if all
        sets are empty.
    """
    sets = {title: list(members) for title, members in formulas.items()}
    found = {title: shares(members) for title, members in sets.items()}
    values = [value for share in found.values() for value in share.values()]
    if not values:
        raise InputError(f"no crystal in {', '.join(sets)}: there is no element to draw")
    columns = min(COLUMNS, len(found))
    rows = -(-len(found) // columns)
    figure = Figure(figsize=(5.4 * columns, 3.3 * rows), layout="constrained")
    panels = figure.subplots(rows, columns, squeeze=False).ravel()
    for axes in panels[len(found) :]:
        axes.remove()
    for axes, (title, share) in zip(panels, found.items(), strict=False):
        draw_periodic_table(
            axes,
            share,
            label="crystals with the element (%)",
            limits=(min(values), max(values)),
        )
        axes.set_title(f"{title}: {len(sets[title])}", fontsize=10)
    return figure
