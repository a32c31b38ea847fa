"""Match rates by number of atoms."""

from pathlib import Path
from typing import Any

import pytest

from builders.figures import texts
from ccdcgan.report.figures.match_rate import match_rate_figure


def entry(n: int, one: float | None, best: float | None) -> dict[str, Any]:
    known = one is not None and best is not None
    return {
        "n": n,
        "match_rate": one,
        "match_rate_interval": [one - 0.1, one + 0.2] if known else None,
        "match_rate_20": best,
        "match_rate_20_interval": [best - 0.1, best + 0.1] if known else None,
    }


GROUPS = {"1-4": entry(8, 0.25, 0.5), "5-8": entry(0, None, None), "9-12": entry(4, 0.0, 0.25)}


@pytest.mark.parametrize("tries", [20, 1])
def test_bars_are_rates_with_intervals_and_numbers(tmp_path: Path, tries: int) -> None:
    summary = {**entry(12, 1 / 6, 5 / 12), "tries": tries, "by": {"num_sites": GROUPS}}
    figure = match_rate_figure(summary)
    found = " ".join(texts(figure, tmp_path / "csp.svg"))
    for expected in ("n = 12", "n = 8", "n = 0", "atoms in the cell", "one sample"):
        assert expected in found
    assert ("best of 20" in found) == (tries == 20)
    heights = [[bar.get_height() for bar in bars] for bars in figure.axes[0].containers[1::2]]
    assert heights[0] == pytest.approx([100 / 6, 25, 0])  # no bar of a group without a structure
    assert len(heights) == (2 if tries == 20 else 1)
    lines = figure.axes[0].containers[0][2][0].get_segments()
    assert [y for _, y in lines[1]] == pytest.approx([15, 45])
