"""Names beside points that cover neither one another nor points nor lines."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise, product

import numpy as np
from matplotlib.axes import Axes
from matplotlib.transforms import Bbox

DIRECTIONS = [(0, -1), (-0.8, -0.6), (0.8, -0.6), (-1, 0), (1, 0), (0, 1), (-0.8, 0.6), (0.8, 0.6)]
DISTANCES = (9, 16, 26, 40, 60)
"""Points (1/72 inch) between a point and its name."""
WHITE = {"facecolor": "white", "alpha": 0.8, "linewidth": 0, "pad": 0.5}
JOINED = 26
"""Distance from which on a thin line joins a name to its point."""


@dataclass(frozen=True)
class Name:
    """A text and the point, in data coordinates, that it names."""

    place: tuple[float, float]
    text: str
    colour: str


def write_names(axes: Axes, names: Sequence[Name]) -> None:
    """Write each name at the nearest free place around its point, preferably below.

    Call it last: points and lines of the axes count as occupied; lines may be crossed, on a
    white ground, where nothing else is free. A name without any place is left out rather than
    written over others.
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
        for may_cross, distance, (right, above) in product((False, True), DISTANCES, DIRECTIONS):
            offset = (distance * right, distance * above)
            text = axes.annotate(
                name.text,
                name.place,
                offset,
                textcoords="offset points",
                ha="center" if right == 0 else ("left" if right > 0 else "right"),
                va="center" if above == 0 else ("bottom" if above > 0 else "top"),
                color=name.colour,
                fontsize=9,
                zorder=5,
                bbox=WHITE if may_cross else None,
            )
            text.set_in_layout(False)
            box = text.get_window_extent().padded(2)
            inside = Bbox.intersection(box, frame)
            if (
                inside is not None
                and np.allclose(inside.size, box.size)
                and not any(box.overlaps(other) for other in taken)
                and not box.count_contains(points)
                and (may_cross or not any(_crosses(box, *segment) for segment in segments))
            ):
                taken.append(box)
                if distance >= JOINED:
                    _join(axes, name, offset)
                break
            text.remove()


def _join(axes: Axes, name: Name, offset: tuple[float, float]) -> None:
    """Draw a thin line from a point to where its name begins."""
    line = axes.annotate(
        "",
        name.place,
        offset,
        textcoords="offset points",
        zorder=5,
        arrowprops={"arrowstyle": "-", "linewidth": 0.5, "color": name.colour},
    )
    line.set_in_layout(False)


def _points(axes: Axes) -> np.ndarray:
    found = [np.asarray(collection.get_offsets()) for collection in axes.collections]
    return np.asarray(axes.transData.transform(np.vstack([np.empty((0, 2)), *found])))


def _segments(axes: Axes) -> list[tuple[np.ndarray, np.ndarray]]:
    pairs = []
    for line in axes.lines:
        vertices = line.get_transform().transform(np.column_stack(line.get_data()))
        pairs += list(pairwise(vertices))
    if axes.spines["left"].get_visible():
        (left, bottom), (_, top) = axes.bbox.get_points()
        pairs.append((np.array([left, bottom]), np.array([left, top])))
    return pairs


def _crosses(box: Bbox, first: np.ndarray, second: np.ndarray) -> bool:
    """Say whether a segment passes through a box; sampled closely, as a hull's lines are few."""
    steps = np.linspace(0, 1, 200)[:, None]
    return bool(box.count_contains(first + steps * (second - first)))
