"""Figures and pages of the report: they draw what the artifacts say."""

import base64
import re
import zipfile
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure
from pymatgen.core import Lattice, Structure

from ccdcgan.core.errors import InputError
from ccdcgan.dft.candidates import Candidate, table
from ccdcgan.dft.decks import write_deck
from ccdcgan.evaluation.elements import densities, rank_correlations, shares
from ccdcgan.report.candidates_page import (
    candidates_page,
    read_candidates,
    read_pictures,
    write_cif_archive,
)
from ccdcgan.report.figures.crystals import crystals_figure, unit_cell
from ccdcgan.report.figures.elements import elements_figure
from ccdcgan.report.figures.learning import learning_figure, read_histories
from ccdcgan.report.figures.periodic_table import draw_periodic_table
from ccdcgan.report.figures.style import save

CDLI = Structure.from_spacegroup("Pm-3m", Lattice.cubic(3.32), ["Cd", "Li"], [[0] * 3, [0.5] * 3])
COPPER = Structure.from_spacegroup("Fm-3m", Lattice.cubic(3.6), ["Cu"], [[0] * 3])


def texts(figure: Figure, path: Path) -> list[str]:
    """What a reader of the SVG can read, and that it can be written."""
    save(figure, path)
    return [part.strip() for part in re.findall(r"<text[^>]*>([^<]*)</text>", path.read_text())]


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


def test_shares_count_crystals_not_atoms() -> None:
    assert shares(["Co2Hf", "Co", "CdLi3", "Co7Hf"]) == {"Co": 75, "Hf": 50, "Cd": 25, "Li": 25}
    assert shares([]) == {}


def test_periodic_tables_share_their_colours(tmp_path: Path) -> None:
    figure = elements_figure({"training": ["CoHf"] * 9 + ["Cd"], "dcgan": ["Co"], "ccdcgan": []})
    found = texts(figure, tmp_path / "elements.svg")
    for expected in (
        "training structures: 10",
        "valid crystals of ccdcgan: 0",
        "generated crystals",
        "crystals with the element (%)",
    ):
        assert expected in found
    assert found.count("90") == 2  # Co and Hf in the training set
    assert found.count("Lr") == 3
    assert "dcgan (rank correlation 0.50)" in found  # Co, Cd, Hf: 90, 10, 90 and 100, 0, 0
    assert "ccdcgan (rank correlation undefined)" in found
    first, second, third = figure.axes[:3]
    cobalt = [axes.patches[26].get_facecolor() for axes in (first, second, third)]
    assert cobalt[0] != cobalt[1] != cobalt[2]  # 90 %, 100 % and none
    hafnium, cadmium = (first.patches[z - 1].get_facecolor() for z in (72, 48))
    assert cobalt[0] == hafnium != cadmium


def test_a_number_decides_the_colour_of_its_element() -> None:
    axes = Figure().subplots()
    draw_periodic_table(axes, {"H": 1.0, "He": 100.0, "Li": 100.0, "Be": 0.0}, label="x")
    faces = [patch.get_facecolor() for patch in axes.patches]
    hydrogen, helium, lithium, beryllium, boron = faces[:5]
    assert helium == lithium != hydrogen
    assert beryllium == boron


def test_one_value_alone_can_be_drawn(tmp_path: Path) -> None:
    figure = elements_figure({"training": ["Cd"], "dcgan": ["Cd"]})
    assert "100" in texts(figure, tmp_path / "elements.svg")


def test_no_crystal_at_all() -> None:
    with pytest.raises(InputError, match="no crystal in dcgan, ccdcgan"):
        elements_figure({"dcgan": [], "ccdcgan": []})


def test_densities_are_by_atomic_number_and_ranks_correlate() -> None:
    formulas = {"training": ["Co"] * 4 + ["Cd"] * 2 + ["Li"], "dcgan": ["Co"] * 3 + ["CdLi"]}
    found = densities(formulas)
    assert list(found["element"]) == ["Li", "Co", "Cd"]
    assert list(found["dcgan"]) == [25, 75, 25]
    # Ranks 1, 3, 2 and 1.5, 3, 1.5: by hand 0.866.
    assert rank_correlations(found)["dcgan"] == pytest.approx(3**0.5 / 2)


def test_atoms_on_faces_show_on_all_sides() -> None:
    cell = unit_cell(CDLI)
    assert sorted(cell.get_chemical_symbols()) == ["Cd"] * 8 + ["Li"]
    # A primitive cell is shown as its conventional one: 8 corners and 6 faces.
    assert len(unit_cell(COPPER.get_primitive_structure())) == 14


@pytest.fixture
def results(tmp_path: Path) -> tuple[dict[str, Path], dict[str, Path]]:
    """Tables and decks of a system with two candidates and of one with none."""
    chosen = [
        Candidate("ccdcgan-000012", "ccdcgan", CDLI, CDLI, "Pm-3m", -0.25, 0.0123, ""),
        Candidate("dcgan-000003", "dcgan", None, COPPER, "Fm-3m", 0.0, -0.002, "Cu <1>"),
    ]
    settings = {"engines": ["gpaw"], "kpoint_spacing": 1.0}
    for one in chosen:
        write_deck(
            one,
            tmp_path / "Cd-Li" / one.id,
            settings=settings,
            potential="7net-0",
            provenance={"config_digest": "ab", "seed": 1, "versions": {}},
        )
    table(chosen).to_csv(tmp_path / "Cd-Li.csv", index=False)
    table([]).to_csv(tmp_path / "Co-Hf.csv", index=False)
    systems = ("Cd-Li", "Co-Hf")
    return {s: tmp_path / f"{s}.csv" for s in systems}, {s: tmp_path / s for s in systems}


def test_pictures_of_the_candidates(results, tmp_path: Path) -> None:
    tables, decks = results
    pictures = read_pictures(read_candidates(tables), decks)
    figure = crystals_figure(pictures)
    found = texts(figure, tmp_path / "crystals.svg")
    assert any("CdLi" in text or "LiCd" in text for text in found)
    for expected in ("+0.012 eV/atom", "-0.002 eV/atom", "ccdcgan", "Co-Hf: no candidate", "Li"):
        assert expected in found
    drawn = [len(axes.patches) for axes in figure.axes[:2]]
    assert drawn[0] > 9
    assert drawn[1] > 14


def test_the_page_holds_the_cifs(results) -> None:
    tables, decks = results
    page = candidates_page(read_candidates(tables), decks, potential="7net-0")
    for expected in ("LiCd", "Pm3̅m", "0.012", "ccdcgan-000012", "Cu &lt;1&gt;", "7net-0"):
        assert expected in page
    assert "No generated crystal of this system has an energy" in page
    links = re.findall(r'download="([^"]+)" href="data:chemical/x-cif;base64,([^"]+)"', page)
    assert [name for name, _ in links] == [
        "ccdcgan-000012-relaxed.cif",
        "ccdcgan-000012-generated.cif",
        "dcgan-000003-relaxed.cif",
    ]
    for (_, content), structure in zip(links, (CDLI, CDLI, COPPER), strict=True):
        text = base64.b64decode(content).decode()
        assert Structure.from_str(text, fmt="cif").matches(structure)
    assert not re.search(r'(src|href)="(?!data:)', page)


def test_the_archive_of_cifs_is_the_same_each_time(results, tmp_path: Path) -> None:
    tables, decks = results
    candidates = read_candidates(tables)
    for name in ("one.zip", "two.zip"):
        write_cif_archive(tmp_path / name, candidates, decks)
    assert (tmp_path / "one.zip").read_bytes() == (tmp_path / "two.zip").read_bytes()
    with zipfile.ZipFile(tmp_path / "one.zip") as archive:
        names = archive.namelist()
        text = archive.read("Cd-Li/dcgan-000003-relaxed.cif").decode()
    assert len(names) == 3
    assert np.isclose(Structure.from_str(text, fmt="cif").volume / 4, 3.6**3 / 4, rtol=1e-3)
