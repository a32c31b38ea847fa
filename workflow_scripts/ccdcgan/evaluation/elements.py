"""How often each element is in the structures of a set."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

import pandas as pd
from pymatgen.core import Composition, Element
from scipy.stats import spearmanr

from ccdcgan.core.errors import InputError

TRAINING = "training"


def shares(formulas: Iterable[str]) -> dict[str, float]:
    """By element, the percentage of the formulas that hold it."""
    counts: Counter[str] = Counter()
    total = 0
    for formula in formulas:
        counts.update(element.symbol for element in Composition(formula).elements)
        total += 1
    return {symbol: 100 * count / total for symbol, count in counts.items()}


def densities(formulas: Mapping[str, Sequence[str]]) -> pd.DataFrame:
    """A row an element, by atomic number: the percentage of each set's formulas that hold it.

    Columns: element and the keys of `formulas`. Raises `InputError` if all sets are empty.
    """
    table = pd.DataFrame({name: shares(members) for name, members in formulas.items()})
    if table.empty:
        raise InputError(f"no crystal in {', '.join(formulas)}: there is no element to draw")
    table = table.loc[sorted(table.index, key=lambda symbol: Element(symbol).Z)].fillna(0.0)
    return table.rename_axis("element").reset_index()


def rank_correlations(table: pd.DataFrame) -> dict[str, float]:
    """Spearman's ρ of each variant's `densities` with those of the training set; NaN: undefined."""
    return {
        name: float(spearmanr(table[TRAINING], table[name]).statistic)
        if min(table[TRAINING].nunique(), table[name].nunique()) > 1
        else float("nan")
        for name in table.columns.drop(["element", TRAINING])
    }
