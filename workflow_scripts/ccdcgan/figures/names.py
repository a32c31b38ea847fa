"""Names beside points that cover neither one another nor points nor lines."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from matplotlib.axes import Axes
from matplotlib.text import Annotation
from matplotlib.transforms import Bbox

DIRECTIONS = [(0, -1), (-0.8, -0.6), (0.8, -0.6), (-1, 0), (1, 0), (0, 1), (-0.8, 0.6), (0.8, 0.6)]
DISTANCES = (9, 16, 26, 40, 60)
"""Points (1/72 inch) between a point and its name; from the third on a thin line joins them."""


@dataclass(frozen=True)
class Name:
    """A text and the point, in data coordinates, that it names."""

    place: tuple[float, float]
    text: str
    colour: str


def write_names(axes: Axes, names: Sequence[Name]) -> None:
    """Write each name at the nearest free place around its point, preferably below.

    Call it last: points and lines of the axes count as occupied. A name without any free place is
    left out rather than written over others.
    """
    figure = axes.get_figure(root=True)
    if figure is None:
        raise ValueError("the axes belong to no figure")
    figure.draw_without_rendering()  # settles the layout
    points = _points(axes)
    segments = _segments(axes)
    taken: list[Bbox] = []
    frame = axes.bbox.padded(12)
    for name in names:
        for distance in DISTANCES:
            placed = False
            for right, above in DIRECTIONS:
                text = axes.annotate(
                    name.text,
                    name.place,
                    (distance * right, distance * above),
                    textcoords="offset points",
                    ha="center" if right == 0 else ("left" if right > 0 else "right"),
                    va="center" if above == 0 else ("bottom" if above > 0 else "top"),
                    color=name.colour,
                    fontsize=9,
                    zorder=5,
                    arrowprops={"arrowstyle": "-", "linewidth": 0.5, "color": name.colour}
                    if distance >= DISTANCES[2]
                    else None,
                )
                text.set_in_layout(False)
                box = _text_box(text).padded(2)
                placed = (
                    frame.containsx(box.x0)
                    and frame.containsx(box.x1)
                    and frame.containsy(box.y0)
                    and frame.containsy(box.y1)
                    and not any(box.overlaps(other) for other in taken)
                    and not box.count_contains(points)
                    and not any(_crosses(box, first, second) for first, second in segments)
                )
                if placed:
                    taken.append(box)
                    break
                text.remove()
            if placed:
                break


def _text_box(text: Annotation) -> Bbox:
    """The box of the words alone, without the line that may join them to their point."""
    arrow, text.arrow_patch = text.arrow_patch, None
    box = text.get_window_extent()
    text.arrow_patch = arrow
    return Bbox(box)


def _points(axes: Axes) -> np.ndarray:
    found = [np.asarray(collection.get_offsets()) for collection in axes.collections]
    return np.asarray(axes.transData.transform(np.vstack([np.empty((0, 2)), *found])))


def _segments(axes: Axes) -> list[tuple[np.ndarray, np.ndarray]]:
    pairs = []
    for line in axes.lines:
        vertices = line.get_transform().transform(np.column_stack(line.get_data()))
        pairs += list(pairwise(vertices))
    return pairs


def _crosses(box: Bbox, first: np.ndarray, second: np.ndarray) -> bool:
    """Does a segment pass through a box? Sampled closely; a hull's lines are few."""
    steps = np.linspace(0, 1, 200)[:, None]
    return bool(box.count_contains(first + steps * (second - first)))
