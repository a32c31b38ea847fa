"""Learning curves show what the histories say."""

from pathlib import Path

import pandas as pd
import pytest

from builders.figures import texts
from ccdcgan.core.errors import InputError
from ccdcgan.report.figures.learning import learning_figure, read_histories


def write_history(folder: Path, **columns: list[float]) -> Path:
    folder.mkdir(parents=True)
    pd.DataFrame(columns).to_csv(folder / "history.csv", index=False)
    return folder / "history.csv"


def test_learning_curves_of_all_networks(tmp_path: Path) -> None:
    two = {"epoch": [1, 2], "loss": [1.0, 0.5], "val_loss": [1.1, 0.6]}
    paths = [
        write_history(tmp_path / "autoencoder" / "lattice", **two),
        write_history(tmp_path / "autoencoder" / "Cd", **two),
        write_history(tmp_path / "autoencoder" / "Li", **two),
        write_history(
            tmp_path / "gan" / "ccdcgan",
            epoch=[1, 2],
            step=[10, 20],
            generator_loss=[0.7, -0.8],
            constraint_loss=[2.0, 1.5],
        ),
    ]
    histories = read_histories(paths)
    assert list(histories) == ["autoencoder, lattice", "autoencoder, separated", "gan, ccdcgan"]
    figure = learning_figure(histories)
    first, second, third = figure.axes
    assert [line.get_ydata().tolist() for line in first.lines] == [[1.0, 0.5], [1.1, 0.6]]
    assert [line.get_linestyle() for line in first.lines] == ["-", "--"]
    assert len(second.lines) == 4
    assert [line.get_label() for line in third.lines] == ["generator", "constraint"]
    assert third.get_yscale() == "linear"
    found = texts(figure, tmp_path / "learning.svg")
    for expected in ("autoencoder, separated", "Cd, training", "validation", "epoch", "loss"):
        assert expected in found


def test_losses_over_decades_are_logarithmic() -> None:
    history = pd.DataFrame({"epoch": [1, 2], "loss": [1.0, 0.001]})
    (axes,) = learning_figure({"a": {"a": history}}).axes
    assert axes.get_yscale() == "log"


@pytest.mark.parametrize(
    ("columns", "message"),
    [({"epoch": [], "loss": []}, "0 epochs"), ({"epoch": [1.0], "mae": [1.0]}, r"the losses \[\]")],
)
def test_a_history_with_nothing_to_draw(
    tmp_path: Path, columns: dict[str, list[float]], message: str
) -> None:
    path = write_history(tmp_path / "gan" / "dcgan", **columns)
    with pytest.raises(InputError, match=f"dcgan: .*{message}"):
        learning_figure(read_histories([path]))


def test_where_nothing_was_trained_the_figure_says_so() -> None:
    figure = learning_figure({})
    assert [text.get_text() for text in figure.texts] == [
        "All networks were taken, none was trained here."
    ]
