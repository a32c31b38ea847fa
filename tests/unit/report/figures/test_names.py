"""Names in a figure keep clear of each other."""

from ccdcgan.report.figures.names import Name, write_names


def test_names_overlap_neither_each_other_nor_points() -> None:
    from matplotlib.figure import Figure

    axes = Figure(figsize=(5, 4)).subplots()
    places = [(0.5 + 0.02 * n, 0.5 + 0.01 * (n % 3)) for n in range(8)]
    axes.scatter(*zip(*places, strict=True))
    axes.plot([0.3, 0.8], [0.5, 0.5])
    axes.set_xlim(0, 1)
    axes.set_ylim(0, 1)
    write_names(axes, [Name(place, f"Co{n}Hf", "black") for n, place in enumerate(places)])
    boxes = [text.get_window_extent() for text in axes.texts if text.get_text()]
    assert len(boxes) == 8
    points = axes.transData.transform(places)
    for number, box in enumerate(boxes):
        assert not box.count_contains(points)
        assert not any(box.overlaps(other) for other in boxes[:number])
