"""Learning curves of all networks in one figure."""

from collections.abc import Iterable, Mapping
from os import PathLike
from pathlib import Path

import numpy as np
import pandas as pd
from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator
from pymatgen.core import Element

from ccdcgan.core.errors import InputError
from ccdcgan.core.tables import read_table

COLUMNS = 3
MAX_LEGEND = 8
COLUMNS_OF_LEGEND = 2


def read_histories(paths: Iterable[str | PathLike[str]]) -> dict[str, dict[str, pd.DataFrame]]:
    """Read histories by panel and network, from files such as `results/STAGE/NETWORK/history.csv`.

    The autoencoders of the elements share one panel; every other network has its own.
    """
    histories: dict[str, dict[str, pd.DataFrame]] = {}
    for path in map(Path, paths):
        stage, network = path.parent.parent.name, path.parent.name
        if Element.is_valid_symbol(network):
            panel = f"{stage}, separated"
        elif stage == "results":  # a stage of one network
            panel = network
        else:
            panel = f"{stage}, {network.replace('_', ' ')}"
        histories.setdefault(panel, {})[network] = read_table(path, ("epoch",))
    return histories


def learning_figure(histories: Mapping[str, Mapping[str, pd.DataFrame]]) -> Figure:
    """Draw a panel a network, with every loss of its history against the epoch.

    histories: by title of the panel, by name of the network the rows of its history: column epoch
        and one or more columns whose name ends in `loss`. Several networks of one panel, such as
        the autoencoders of the elements, each get a colour; losses on the validation part (`val_`)
        are dashed. Where there is none, a line says so. Raises `InputError` for a history without
        rows or without a loss.
    """
    if not histories:
        figure = Figure(figsize=(3.6, 1.2))
        figure.text(0.5, 0.5, "All networks were taken, none was trained here.", ha="center")
        return figure
    rows = -(-len(histories) // COLUMNS)
    columns = min(COLUMNS, len(histories))
    figure = Figure(figsize=(3.6 * columns, 2.8 * rows), layout="constrained")
    panels = figure.subplots(rows, columns, squeeze=False).ravel()
    for axes, (title, networks) in zip(panels, histories.items(), strict=False):
        _draw(axes, title, networks)
    for axes in panels[len(histories) :]:
        axes.remove()
    return figure


def _draw(axes: Axes, title: str, networks: Mapping[str, pd.DataFrame]) -> None:
    low, high = np.inf, -np.inf
    number = 0
    for name, history in networks.items():
        losses = [column for column in history if column.endswith("loss")]
        if not len(history) or not losses or "epoch" not in history:
            raise InputError(
                f"history of {name}: {len(history)} epochs with the losses {losses}, nothing to "
                "draw; train the network again"
            )
        colours: dict[str, int] = {}
        for column in losses:
            base = column.removeprefix("val_")
            if base not in colours:
                colours[base] = number
                number += 1
            label = column.removesuffix("_loss").replace("loss", "training")
            label = label.replace("val", "validation") if column == "val_loss" else label
            values = history[column].to_numpy(dtype=float)
            low, high = min(low, np.nanmin(values)), max(high, np.nanmax(values))
            axes.plot(
                history["epoch"],
                values,
                color=colormaps["tab10"](colours[base] % 10),
                linestyle="--" if column.startswith("val_") else "-",
                linewidth=1.3,
                marker="." if len(history) < 3 else "",
                label=label if len(networks) == 1 else f"{name}, {label}",
            )
    room = 0.1 + 0.1 * -(-len(axes.lines) // COLUMNS_OF_LEGEND)  # for the legend above the curves
    if low > 0 and high / low > 10:
        axes.set_yscale("log")
        axes.set_ylim(low * (low / high) ** 0.05, high * (high / low) ** room)
    elif high > low:
        axes.set_ylim(low - 0.05 * (high - low), high + room * (high - low))
    axes.set_title(title, fontsize=10)
    axes.set_xlabel("epoch")
    axes.set_ylabel("loss")
    axes.xaxis.set_major_locator(MaxNLocator(integer=True, steps=[1, 2, 5, 10]))
    axes.spines[["top", "right"]].set_visible(False)
    if len(axes.lines) <= MAX_LEGEND:
        axes.legend(frameon=False, fontsize=7, loc="upper right", ncols=COLUMNS_OF_LEGEND)
