"""Predicted against true values of a property."""

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from ccdcgan.crystals.table import UNITS
from ccdcgan.evaluation.prediction_metrics import prediction_metrics
from ccdcgan.report.figures.style import COLOURS, INK, KNOWN


def parity_figure(predictions: pd.DataFrame, name: str) -> Figure:
    """Draw the training part in grey and the test part in colour (figure 3 of the paper).

    `predictions` has the columns split, true and predicted, in the unit of the property `name`. MAE
    and R² of the test part are written into the figure, where there is one.
    """
    figure = Figure(figsize=(4.6, 4.4), layout="constrained")
    axes = figure.subplots()
    for split, colour in (("train", KNOWN), ("test", COLOURS["ccdcgan"])):
        rows = predictions[predictions["split"] == split].dropna(subset=["true", "predicted"])
        if len(rows):
            label = f"{split} ({len(rows):,})"
            axes.scatter(rows["true"], rows["predicted"], s=8, color=colour, alpha=0.6, label=label)
    values = predictions[["true", "predicted"]].to_numpy(dtype=float)
    low, high = (np.nanmin(values), np.nanmax(values)) if len(values) else (0.0, 1.0)
    axes.plot([low, high], [low, high], color=INK, linewidth=0.8)
    label, unit = name.replace("_", " "), UNITS.get(name, "")
    axes.set_xlabel(f"{label} ({unit})")
    axes.set_ylabel(f"predicted {label} ({unit})")
    axes.set_aspect("equal")
    test = prediction_metrics(predictions[predictions["split"] == "test"])
    if test["r2"] is not None:
        text = f"test: MAE {test['mae']:.3f} {unit}, R² {test['r2']:.3f}"
        axes.set_title(text, fontsize=10)
    if axes.collections:
        axes.legend(frameon=False)
    return figure
