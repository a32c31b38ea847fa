"""Exchanges of elements: what they give, which comes first, and which are drawn."""

from pathlib import Path

import numpy as np
import pytest
from pymatgen.core import Element

from builders.templates import CRYSTALS, PLACES, counts_of, numbers, templates_of
from ccdcgan.core.errors import InputError
from ccdcgan.crystals.arrays import CELL, structure_of
from ccdcgan.crystals.structure_types import structure_type
from ccdcgan.crystals.table import Crystals
from ccdcgan.crystals.templates import (
    PROPERTIES,
    Exchange,
    Templates,
    by_count,
    element_distances,
    element_properties,
    read_templates,
    same_counts,
)

ROCK_SALT, CAESIUM_CHLORIDE = {"NaCl", "KBr", "LiF"}, {"CsCl", "CsI"}
NAMES = list(CRYSTALS)


@pytest.fixture(scope="module")
def templates() -> Templates:
    return Templates(templates_of())


def apart(known: dict[tuple[str, str], float]) -> np.ndarray:
    """Distances that are 50 but for equal elements and those that are named."""
    found = np.full((100, 100), 50.0)
    np.fill_diagonal(found, 0.0)
    for pair, distance in known.items():
        old, new = numbers(*pair)
        found[old, new] = found[new, old] = distance
    return found


def name_of(exchange: Exchange) -> str:
    return NAMES[exchange.template]


def test_elements_are_ordered_by_how_often_they_occur() -> None:
    oxygen, titanium, barium = numbers("O", "Ti", "Ba")
    assert by_count(counts_of({"O": 3, "Ba": 1, "Ti": 1})[0]) == (
        [titanium, barium, oxygen],
        (1, 1, 3),
    )
    assert list(same_counts((1, 1, 3))) == [(0, 1, 2), (1, 0, 2)]
    assert list(same_counts((1, 2))) == [(0, 1)]


@pytest.mark.parametrize(
    "asked",
    [{"K": 1, "Cl": 1}, {"Al": 3, "Li": 1}, {"Ba": 1, "Sr": 1, "O": 3}, {"O": 1, "Na": 3}],
    ids=str,
)
def test_a_crystal_has_the_composition_asked_for_and_the_volume_of_its_atoms(
    templates: Templates, asked: dict[str, int]
) -> None:
    counts = counts_of(asked)
    found = templates.for_composition(counts[0], 20)
    assert found
    made = templates.crystals(found)
    np.testing.assert_array_equal(templates.counts(found), np.repeat(counts, len(found), axis=0))
    assert made["species"].shape[1] == 20 and made["cell"].shape == (len(found), CELL)
    for row, exchange in enumerate(found):
        atoms = made["species"][row]
        used = atoms[atoms > 0]
        assert (np.diff(used) >= 0).all() and not atoms[len(used) :].any()
        template, crystal = CRYSTALS[name_of(exchange)], structure_of(made, row)
        assert crystal.composition.as_dict() == {symbol: float(n) for symbol, n in asked.items()}
        assert structure_type(crystal) == structure_type(template)
        before = sum(templates.volumes[site.specie.Z] for site in template)
        ratio = templates.volumes[used].sum() / before
        assert crystal.volume == pytest.approx(template.volume * ratio, rel=1e-4)


def test_a_template_is_not_returned_as_it_is(templates: Templates) -> None:
    for name, crystal in CRYSTALS.items():
        asked = {symbol: int(n) for symbol, n in crystal.composition.as_dict().items()}
        found = templates.for_composition(counts_of(asked)[0], 20)
        assert found and name not in map(name_of, found)
        assert all(any(old != new for old, new in one.elements.items()) for one in found)


def test_a_composition_of_other_numbers_of_atoms_has_no_template(templates: Templates) -> None:
    assert templates.for_composition(counts_of({"Na": 2, "O": 1})[0], 20) == []
    assert templates.for_composition(counts_of({"Na": 2, "Cl": 2})[0], 20) == []


def test_a_type_of_many_near_templates_comes_first_and_its_further_ones_later() -> None:
    templates = Templates(templates_of())
    templates.distances = apart({("Cs", "K"): 0.5, ("Na", "K"): 0.6, ("Br", "Cl"): 0.6})
    found = templates.for_composition(counts_of({"K": 1, "Cl": 1})[0], 20)
    # Less ln(1) CsCl stands at 0.5, less ln(2 exp(-0.2)) = 0.49 those of rock salt at 0.11, the
    # second of them 1.2 farther.
    assert list(map(name_of, found))[1] == "CsCl"
    assert {name_of(found[0]), name_of(found[2])} == {"KBr", "NaCl"}
    assert set(map(name_of, found)) == ROCK_SALT | CAESIUM_CHLORIDE
    templates.distances = apart({("Cs", "K"): 0.1, ("Na", "K"): 0.6, ("Br", "Cl"): 0.6})
    found = templates.for_composition(counts_of({"K": 1, "Cl": 1})[0], 1)
    assert list(map(name_of, found)) == ["CsCl"]


def test_elements_with_the_same_number_of_atoms_are_paired_as_is_nearest() -> None:
    templates = Templates(templates_of())
    templates.distances = apart({("Sr", "Ti"): 1.0, ("Ba", "Sr"): 1.0})
    (found,) = templates.for_composition(counts_of({"Sr": 1, "Ti": 1, "O": 3})[0], 1)
    barium, strontium, titanium, oxygen = numbers("Ba", "Sr", "Ti", "O")
    assert found.template == PLACES["BaTiO3"]
    assert found.elements == {barium: strontium, titanium: titanium, oxygen: oxygen}


def test_exchanges_of_a_system_never_leave_it_and_each_crystal_is_listed_once(
    templates: Templates,
) -> None:
    system = numbers("Na", "Cl")
    found, weights = templates.for_system(system, 20, 1.0)
    assert all(sorted(one.elements.values()) == sorted(system) for one in found)
    assert all(any(a != b for a, b in one.elements.items()) for one in found)
    made = templates.crystals(found)
    crystals = [structure_of(made, row) for row in range(len(found))]
    kinds = [(structure_type(one), one.composition.formula) for one in crystals]
    assert sorted(kinds) == [
        ("221: 1 m-3m | 1 m-3m", "Na1 Cl1"),
        ("221: 1 m-3m | 3 4/mm.m", "Na1 Cl3"),
        ("221: 1 m-3m | 3 4/mm.m", "Na3 Cl1"),
        ("225: 1 m-3m | 1 m-3m", "Na1 Cl1"),
    ]
    assert weights.shape == (4,)
    few, _ = templates.for_system(system, 2, 1.0)
    assert {name_of(one) for one in few} <= ROCK_SALT | CAESIUM_CHLORIDE and len(few) == 2
    assert templates.for_system(numbers("Na"), 20, 1.0)[0] == []
    assert len(templates.for_system(numbers("Na", "Cl", "O"), 20, 1.0)[0]) == 3


@pytest.mark.parametrize("temperature", [1.0, 4.0, 0.001])
def test_what_is_alike_is_merged_with_its_nearest_template_and_all_weights(
    templates: Templates, temperature: float
) -> None:
    sodium, chlorine = numbers("Na", "Cl")
    found, weights = templates.for_system([sodium, chlorine], 2, temperature)
    place = next(n for n, one in enumerate(found) if name_of(one) in CAESIUM_CHLORIDE)
    distances = {}
    for name in CAESIUM_CHLORIDE:
        old = [site.specie.Z for site in CRYSTALS[name]]
        for new in ([sodium, chlorine], [chlorine, sodium]):
            distances[name, *new] = float(templates.distances[old, new].sum())
    nearest = min(distances, key=lambda key: distances[key])
    assert name_of(found[place]) == nearest[0]
    expected = np.logaddexp.reduce(-np.array(list(distances.values())) / temperature)
    assert weights[place] == pytest.approx(expected, rel=1e-5)
    assert np.isfinite(weights).all()


def test_drawn_exchanges_change_something_small_enough(templates: Templates) -> None:
    random = np.random.default_rng(0)
    drawn = [templates.draw(random, 4, 2.0) for _ in range(100)]
    assert {name_of(one) for one in drawn} == set(NAMES) - {"BaTiO3", "SrTiO3"}
    for one in drawn:
        assert any(old != new for old, new in one.elements.items())
        assert len(set(one.elements.values())) == len(one.elements) == 2
        assert set(one.elements.values()) <= set(templates.present.tolist())
    again = np.random.default_rng(0)
    assert [templates.draw(again, 4, 2.0) for _ in range(100)] == drawn


def test_like_elements_are_drawn_more_often_the_more_so_the_colder(templates: Templates) -> None:
    random = np.random.default_rng(0)

    def mean(temperature: float) -> float:
        drawn = [templates.draw(random, 20, temperature) for _ in range(150)]
        pairs = [pair for one in drawn for pair in one.elements.items()]
        return float(np.mean([templates.distances[pair] for pair in pairs]))

    assert mean(1.0) < 0.7 * mean(20.0)


def test_what_cannot_be_drawn_is_one_clear_line(templates: Templates) -> None:
    random = np.random.default_rng(0)
    with pytest.raises(InputError, match=r"generate\.max_atoms: 1, .* has 2 atoms; raise it"):
        templates.draw(random, 1, 1.0)
    with pytest.raises(InputError, match=r"generate\.exchange: 0\.001 exchanges no element"):
        templates.draw(random, 2, 0.001)


def test_like_elements_are_near() -> None:
    apart = element_distances()
    assert apart.shape == (100, 100)
    np.testing.assert_allclose(apart, apart.T)
    assert not np.diag(apart).any() and (apart[1:, 1:] + np.eye(99) > 0).all()
    sodium, potassium, chlorine, bromine = numbers("Na", "K", "Cl", "Br")
    assert apart[sodium, potassium] < apart[sodium, chlorine] > apart[chlorine, bromine]


def test_properties_of_elements_are_those_of_the_tables() -> None:
    found = element_properties()
    assert found.shape == (100, PROPERTIES) and np.isfinite(found).all()
    oxygen = Element("O")
    assert found[oxygen.Z] == pytest.approx([oxygen.mendeleev_no / 10, 3 * 3.44, 2 * 0.60])
    helium = Element("He")  # without an electronegativity it has the mean of the others'
    known = [one for one in range(1, 100) if Element.from_Z(one).data.get("X") is not None]
    assert found[helium.Z, 1] == pytest.approx(found[known, 1].mean(), rel=1e-5)


def test_volumes_add_up_to_the_cells(templates: Templates) -> None:
    cells = np.array([one.volume for one in CRYSTALS.values()])
    found = templates.volumes[templates.species].sum(axis=1)
    np.testing.assert_allclose(found, cells, rtol=0.35)


def test_unknown_energies_are_not_zero() -> None:
    table = templates_of().table.drop(columns="formation_energy_per_atom")
    assert np.isnan(Templates(Crystals(table)).energies).all()


def test_elements_are_drawn_as_often_as_templates_have_them(templates: Templates) -> None:
    chances = templates._chances(1e6)  # so hot that no distance matters
    sodium, chlorine = np.searchsorted(templates.present, numbers("Na", "Cl"))
    oxygen = np.searchsorted(templates.present, numbers("O")[0])
    # Oxygen is in two templates, chlorine in two, sodium in one.
    assert chances[11, oxygen] == pytest.approx(chances[11, chlorine], rel=1e-3)
    assert chances[11, oxygen] == pytest.approx(2 * chances[11, sodium], rel=1e-3)


def test_a_table_without_structure_types_is_no_table_of_templates(tmp_path: Path) -> None:
    path = tmp_path / "crystals.parquet"
    Crystals.of_structures(CRYSTALS).write(path, {})
    with pytest.raises(InputError, match=r"crystals\.parquet.*structure_type"):
        read_templates(path)
    templates_of().write(path, {})
    assert list(read_templates(path)) == list(templates_of())
