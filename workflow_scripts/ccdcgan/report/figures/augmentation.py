"""The figure of the augmentation experiment: known compounds found against graphs."""

from collections.abc import Mapping

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator
from numpy.typing import NDArray

STYLES = {
    "without": ("#777777", "without hypothetical structures"),
    "with": ("#2166ac", "with hypothetical structures"),
}


def augmentation_figure(
    found: Mapping[str, Mapping[int, pd.DataFrame]], known: int, *, system: str, graphs: int
) -> Figure:
    """Draw how many different known compounds the first graphs of each arm gave.

    found: by arm and seed, the rows of `found_compounds`; known: compounds that are looked for;
    graphs: of an arm and seed. A thick line is the mean of an arm's seeds, thin ones are these.
    """
    figure = Figure(figsize=(6.4, 3.8), layout="constrained")
    axes = figure.subplots()
    numbers = np.arange(graphs + 1)
    for arm, seeds in found.items():
        colour, label = STYLES[arm]
        curves = [_growth(table, numbers) for table in seeds.values()]
        for curve in curves if len(curves) > 1 else ():
            axes.step(numbers, curve, where="post", color=colour, linewidth=0.7, alpha=0.45)
        mean = np.mean(curves, axis=0)
        axes.step(numbers, mean, where="post", color=colour, linewidth=2.2, label=label)
    axes.set_xlabel(f"generated graphs of {system}")
    axes.set_ylabel(f"known compounds found (of {known})")
    axes.set_xlim(0, graphs)
    axes.set_ylim(0, max(1.0, 1.1 * axes.get_ylim()[1]))
    axes.yaxis.set_major_locator(MaxNLocator(integer=True))
    axes.spines[["top", "right"]].set_visible(False)
    title = f"mean of {len(found['with'])} seeds, thin: each" if len(found["with"]) > 1 else None
    axes.legend(frameon=False, loc="lower right", title=title, title_fontsize=9, fontsize=9)
    return figure


def _growth(table: pd.DataFrame, numbers: NDArray[np.int64]) -> NDArray[np.int64]:
    """Count the different compounds that were found within each number of graphs."""
    firsts = table.groupby("matches")["graph"].min().sort_values()
    return np.searchsorted(firsts.to_numpy(), numbers, side="right")
