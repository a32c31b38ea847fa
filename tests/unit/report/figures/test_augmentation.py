"""The figure of the augmentation experiment."""

import numpy as np

from builders.augmentation import FOUND
from ccdcgan.report.figures.augmentation import augmentation_figure


def test_figure_counts_a_compound_once() -> None:
    figure = augmentation_figure(FOUND, 4, system="Co-Hf", graphs=100)
    (axes,) = figure.axes
    thick = {line.get_label(): line.get_ydata() for line in axes.lines}
    mean = np.asarray(thick["with hypothetical structures"])
    assert (mean[9], mean[10], mean[40], mean[100]) == (0, 0.5, 1.5, 1.5)
    assert axes.get_ylabel() == "known compounds found (of 4)"
