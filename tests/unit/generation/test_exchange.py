"""Crystals made of templates: as asked for, the same in any shard, and none twice too early."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from pymatgen.core import Element

from builders.gan import NETWORKS, SMALL
from builders.settings import SECTIONS, changed
from builders.templates import CRYSTALS, compositions_of, counts_of, templates_of
from ccdcgan.codec.decode import decode_graphs
from ccdcgan.codec.manifest import VALID
from ccdcgan.core.errors import InputError
from ccdcgan.crystals.templates import ENERGY, Rearrangement
from ccdcgan.generation.exchange import PLACE, TemplateMaker, place_factors
from ccdcgan.networks.autoencoder import load_autoencoders
from ccdcgan.networks.constraint import Constraint
from ccdcgan.networks.denoiser import Denoiser
from ccdcgan.networks.files import load_model
from ccdcgan.training.constraint_loss import ConstraintTerm
from runs import ROOT

SHIPPED = ROOT / "pretrained"
KNOWN = SHIPPED / "known-phases.parquet"


def term() -> ConstraintTerm:
    network = Constraint(name=ENERGY, kind="atoms", mean=-1.0, spread=0.5, **SMALL)
    return ConstraintTerm(network, 1.0, "minimise")


def maker(
    terms: Sequence[ConstraintTerm] = (),
    networks: Any = NETWORKS,
    denoiser: Denoiser | None = None,
    seed: int = 1,
    **changes: Any,
) -> TemplateMaker:
    settings = changed(SECTIONS.generate, **{"graphs": 12, "shards": 1, "exchange": 3.0, **changes})
    return TemplateMaker(templates_of(), networks, denoiser, terms, settings, seed)


def systems(counts: np.ndarray) -> list[str]:
    found = [[Element.from_Z(n).symbol for n in np.flatnonzero(row).tolist()] for row in counts]
    return ["-".join(sorted(symbols)) for symbols in found]


@pytest.mark.parametrize(
    "changes",
    [{}, {"compositions": "training"}, {"systems": ["Cl-Na", "Al-Cu"]}],
    ids=["drawn", "training", "systems"],
)
@pytest.mark.parametrize("ranked", [False, True])
def test_a_graph_is_the_same_whatever_it_is_made_with(
    changes: dict[str, Any], ranked: bool
) -> None:
    terms = [term()] if ranked else []
    whole = maker(terms, **changes).make(np.arange(6))
    part = maker(terms, **changes).make(np.array([4, 1]))
    for name, values in part.items():
        np.testing.assert_allclose(values, whole[name][[4, 1]], atol=1e-4)
    assert whole["graphs"].shape == (6, 160, 160) and np.abs(whole["graphs"]).max() > 0.01
    other = maker(terms, seed=2, **changes).make(np.arange(6))
    assert (other["counts"] != whole["counts"]).any() or (other["cell"] != whole["cell"]).any()


def test_systems_fractions_and_sizes_are_kept_to() -> None:
    made = maker(systems=["Cl-Na", "Al-Cu"]).make(np.arange(8))
    assert systems(made["counts"]) == ["Cl-Na", "Al-Cu"] * 4
    small = maker(systems=["Cl-Na"], max_atoms=2).make(np.arange(4))
    assert set(small["counts"].sum(axis=1)) == {2}
    sodium = Element("Na").Z
    rich = maker(systems=["Cl-Na"], fractions={"Na": [0.7, 1.0]}).make(np.arange(4))
    assert (rich["counts"][:, sodium] == 3).all()
    drawn = maker(max_atoms=2, fractions={"Na": [0.5, 0.5]}).make(np.arange(5))
    assert (drawn["counts"][:, sodium] == 1).all()
    for arrays in (made, small, rich, drawn):
        for species, counts in zip(arrays["species"], arrays["counts"], strict=True):
            np.testing.assert_array_equal(np.bincount(species, minlength=100)[1:], counts[1:])


@pytest.mark.parametrize("proposals", [1, 8])
def test_compositions_of_the_training_data_are_kept_to(proposals: int) -> None:
    known = {row.tobytes() for row in compositions_of().counts}
    asked = {"compositions": "training", "max_atoms": 4, "fractions": {"Cl": [0.5, 1.0]}}
    made = maker([term()], proposals=proposals, **asked).make(np.arange(12))
    assert {row.tobytes() for row in made["counts"]} <= known
    assert set(systems(made["counts"])) == {"Cl-Na", "Cl-Cs"}
    with pytest.raises(InputError, match="no training composition has these systems, max_atoms"):
        maker(compositions="training", fractions={"Cl": [0.9, 1.0]})


def test_templates_of_one_composition_are_chosen_among() -> None:
    made = maker([term()], proposals=6, choose="templates")
    drawn = maker([], proposals=6, choose="templates")
    several = 0
    for number in range(8):
        proposals = made.proposals(number)
        assert proposals[0] == drawn.proposals(number)[0]
        assert 1 <= len(proposals) <= 6
        assert len({repr(one) for one in proposals}) == len(proposals)
        counts = made.templates.counts(proposals)
        assert (counts == counts[0]).all()
        losses = made.losses(proposals) * place_factors(len(proposals))
        best = made.graphs([proposals[int(losses.argmin())]], [None])
        chosen = made.make(np.array([number]))
        np.testing.assert_array_equal(chosen["coords"], best["coords"])
        several += len(proposals) > 1
    assert several
    np.testing.assert_array_equal(
        made.make(np.arange(8))["counts"], drawn.make(np.arange(8))["counts"]
    )


def test_a_less_likely_template_must_be_predicted_lower() -> None:
    factors = place_factors(5)
    assert factors[0] == 1
    losses = np.exp([0.0, -0.5 * PLACE, -3 * PLACE, 0.0, -3.5 * PLACE])  # of ω·exp(E)
    assert (losses * factors).argmin() == 2
    assert losses.argmin() == 4


def test_all_exchanges_leave_their_templates_if_asked_to() -> None:
    shipped = load_model(SHIPPED / "denoiser.keras", Denoiser)
    asked = {"start": 0.3, "levels": 2, "final_steps": 1}
    near = maker(denoiser=shipped, **asked).make(np.arange(3))
    far = maker(denoiser=shipped, leave="all", **asked).make(np.arange(3))
    np.testing.assert_array_equal(far["counts"], near["counts"])
    assert (np.abs(far["coords"] - near["coords"]).max(axis=(1, 2)) > 1e-3).all()
    unmoved = maker(denoiser=shipped, leave="all", start=0).make(np.arange(3))
    np.testing.assert_array_equal(unmoved["coords"], near["coords"])


def test_the_constraints_choose_among_the_proposals() -> None:
    made = maker([term()], proposals=6)
    chosen = made.make(np.arange(5))
    for number in range(5):
        proposals = made.proposals(number)
        assert len(proposals) == 6
        best = proposals[int(made.losses(proposals).argmin())]
        expected = made.templates.crystals([best])
        np.testing.assert_array_equal(expected["species"][0], chosen["species"][number])
        np.testing.assert_allclose(expected["cell"][0], chosen["cell"][number])
    free = maker(proposals=6)
    assert len(free.proposals(0)) == 1
    with pytest.raises(ValueError, match="no constraint"):
        free.losses(free.proposals(0))


def test_an_exchange_that_is_drawn_again_leaves_its_template() -> None:
    denoiser = Denoiser(**SMALL)
    asked = {"systems": ["Cl-Na"], "graphs": 9, "max_atoms": 4}
    still = maker(**asked)
    number = len(still.listed[0][0])  # of the first graph whose exchange was drawn before
    assert 1 < number < 8
    numbers = np.arange(9)
    placed = still.make(numbers)
    for changes in ({"start": 0}, {"start": 0.1, "levels": 0}):
        made = maker(denoiser=denoiser, **asked, **changes).make(numbers)
        np.testing.assert_array_equal(made["coords"], placed["coords"])
    moving = maker(denoiser=denoiser, **asked, start=0.1, levels=2, final_steps=0)
    moved = moving.make(numbers)
    np.testing.assert_array_equal(moved["species"], placed["species"])
    apart = np.abs(moved["cell"] - placed["cell"]).max(axis=1)
    assert (apart[:number] == 0).all() and (apart[number:] > 1e-4).all()
    alone = moving.make(numbers[-1:])
    np.testing.assert_allclose(alone["cell"][0], moved["cell"][-1], atol=1e-3)


@pytest.mark.parametrize("tries", [1, 4])
def test_of_several_tries_to_leave_a_template_the_constraints_take_the_best(tries: int) -> None:
    shipped = load_model(SHIPPED / "denoiser.keras", Denoiser)
    asked = {"systems": ["Cl-Na"], "graphs": 9, "max_atoms": 4, "start": 0.6, "levels": 3}
    made = maker([term()], denoiser=shipped, tries=tries, proposals=1, **asked)
    first = len(made.listed[0][0])  # of the first graph whose exchange was drawn before
    numbers = np.arange(first, 9)
    assert [len(made.proposals(int(number))) for number in numbers] == [1] * len(numbers)
    chosen = made.chosen(numbers)
    found = made.graphs(chosen, [np.random.default_rng(int(number)) for number in numbers])
    free = maker(denoiser=shipped, **asked)
    for number, one in enumerate(chosen):
        random = np.random.default_rng(int(numbers[number]))
        each = free.graphs([one] * tries, random.spawn(tries) if tries > 1 else [random])
        losses = made.losses_of(each, each["counts"])
        best = int(losses.argmin())
        assert tries == 1 or np.ptp(losses) > 1e-5
        np.testing.assert_allclose(found["cell"][number], each["cell"][best], atol=1e-3)
    again = made.make(numbers[-1:])
    np.testing.assert_allclose(again["cell"][0], made.make(numbers)["cell"][-1], atol=1e-3)


def test_a_composition_without_a_template_is_one_clear_line() -> None:
    """All training compositions are templates; alone, none leads to its own composition."""
    one = {"BaTiO3": CRYSTALS["BaTiO3"]}
    settings = changed(SECTIONS.generate, compositions="training")
    made = TemplateMaker(templates_of(one), NETWORKS, None, [], settings, 1)
    with pytest.raises(InputError, match=r"no training composition .* can be made of a template"):
        made.make(np.arange(1))


def test_graphs_are_decoded_into_what_they_were_made_of() -> None:
    """By shipped autoencoders, since untrained ones draw what nothing can read."""
    networks = load_autoencoders(
        str(SHIPPED / "lattice.keras"), [str(SHIPPED / "combined.keras")], []
    )
    made = maker(networks=networks, systems=["Br-Na", "Al-Au", "K-O-Ti"]).make(np.arange(6))
    decoded = decode_graphs(
        made["graphs"], networks, SECTIONS.decode.threshold, SECTIONS.decode.min_distance
    )
    assert [one.status for one in decoded] == [VALID] * 6
    for one, counts in zip(decoded, made["counts"], strict=True):
        assert one.structure is not None
        found = np.bincount(one.structure.atomic_numbers, minlength=100)
        np.testing.assert_array_equal(found, counts)


def test_of_several_rearrangements_the_constraints_take_the_best() -> None:
    """As many atoms of each element as asked for, on places of a template with as many."""
    denoiser = load_model(SHIPPED / "denoiser.keras", Denoiser)
    few = {"levels": 2, "final_steps": 2, "tries": 4}
    one, several = (maker(terms, denoiser=denoiser, **few) for terms in ((), [term()]))
    counts = counts_of({"Na": 2, "Cl": 2})
    way = Rearrangement.of(counts[0])

    def crystal(own: TemplateMaker, noise: Sequence[np.random.Generator]) -> dict[str, np.ndarray]:
        made = own.graphs([way] * len(noise), noise)
        np.testing.assert_array_equal(made["counts"], np.repeat(counts, len(noise), axis=0))
        return {name: made[name] for name in ("species", "coords", "cell")}

    best = crystal(several, [np.random.default_rng(3)])
    dealt = several.templates.rearranged([way] * 4, np.random.default_rng(3).spawn(4))
    assert dealt["species"].tolist() == [[11, 11, 17, 17, *[0] * 16]] * 4
    assert len({places.tobytes() for places in dealt["coords"]}) > 1
    losses = several.losses_of(best, counts)
    alone = [crystal(one, [np.random.default_rng(seed)]) for seed in range(12)]
    others = [float(several.losses_of(made, counts)[0]) for made in alone]
    assert losses[0] < np.median(others)


def test_nothing_is_rearranged_where_nothing_takes_noise_away() -> None:
    counts = counts_of({"Na": 1, "Cl": 1})[0]
    own = maker()
    ways = own.templates.for_composition(counts, 2)
    assert own.samples(counts, ways, 5) == [*ways, *ways, ways[0]]
    assert own.samples(counts, [], 5) == []
    denoiser = load_model(SHIPPED / "denoiser.keras", Denoiser)
    several = maker(denoiser=denoiser, rearranged=2)
    rest = Rearrangement.of(counts)
    assert several.samples(counts, ways, 5) == [*ways, rest, rest, rest]
    assert several.samples(counts, ways, 3) == [ways[0], rest, rest]
    assert several.samples(counts, ways, 1) == [ways[0]]
    seven = counts_of({"Na": 4, "Cl": 3})[0]  # no template has as many atoms
    assert several.samples(seven, [], 5) == []
    assert maker(denoiser=denoiser, rearranged=0).samples(counts, ways, 3) == [*ways, ways[0]]
