"""How often each element is in the structures of a set."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

import pandas as pd
from pymatgen.core import Composition, Element
from scipy.stats import spearmanr

from ccdcgan.core.errors import InputError
from ccdcgan.crystals.table import Crystals

TRAINING = "training"


def formulas_of(structures: Crystals, screened: Mapping[str, Crystals]) -> dict[str, list[str]]:
    """List the formulas of the training structures (`training`) and of each variant's crystals.

    structures: of the data. screened: by variant, the rows of `screen.csv`; the valid ones count.
    """
    formulas = {TRAINING: structures.part("train")["formula"].tolist()}
    for variant, rows in screened.items():
        formulas[variant] = rows.where(rows["valid"])["formula"].tolist()
    return formulas


def shares(formulas: Iterable[str]) -> dict[str, float]:
    """Return, by element, the percentage of the formulas that hold it."""
    counts: Counter[str] = Counter()
    total = 0
    for formula in formulas:
        counts.update(element.symbol for element in Composition(formula).elements)
        total += 1
    return {symbol: 100 * count / total for symbol, count in counts.items()}


def densities(formulas: Mapping[str, Sequence[str]]) -> pd.DataFrame:
    """Make a row an element, by atomic number: the percentage of each set's formulas with it.

    Columns: element and the keys of `formulas`. Raises `InputError` if all sets are empty.
    """
    table = pd.DataFrame({name: shares(members) for name, members in formulas.items()})
    if table.empty:
        raise InputError(f"no crystal in {', '.join(formulas)}: there is no element to draw")
    table = table.loc[sorted(table.index, key=lambda symbol: Element(symbol).Z)].fillna(0.0)
    return table.rename_axis("element").reset_index()


def rank_correlations(table: pd.DataFrame) -> dict[str, float]:
    """Correlate each variant's `densities` with the training set's (Spearman's ρ; NaN: none)."""
    return {
        name: float(spearmanr(table[TRAINING], table[name]).statistic)
        if min(table[TRAINING].nunique(), table[name].nunique()) > 1
        else float("nan")
        for name in table.columns.drop(["element", TRAINING])
    }
