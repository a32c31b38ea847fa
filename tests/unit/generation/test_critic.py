"""The critic's prices make what is chosen hold as much of each feature as the training crystals."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pymatgen.core import Element

from builders.gan import NETWORKS, SMALL
from builders.settings import SECTIONS, changed
from builders.templates import compositions_of, counts_of, templates_of
from ccdcgan.core.errors import InputError
from ccdcgan.core.settings.constraint import ConstraintProperty
from ccdcgan.crystals.templates import ENERGY
from ccdcgan.generation.critic import (
    FEATURES,
    NEUTRAL,
    Critic,
    features_of,
    fit_critic,
    train_critic,
    wanted_shares,
)
from ccdcgan.generation.exchange import TemplateMaker
from ccdcgan.generation.proposals import Proposer
from ccdcgan.networks.constraint import Constraint
from ccdcgan.training.constraint_loss import ConstraintTerm


def held(counts: np.ndarray) -> list[set[str]]:
    return [{FEATURES[place] for place in np.flatnonzero(row)} for row in features_of(counts)]


def test_it_sees_elements_their_number_and_charges() -> None:
    counts = counts_of({"Na": 1, "Cl": 1}, {"Na": 1, "Cl": 3}, {"Ba": 1, "Ti": 1, "O": 3})
    assert held(counts) == [
        {"Na", "Cl", "2 elements", NEUTRAL},
        {"Na", "Cl", "2 elements"},
        {"Ba", "Ti", "O", "3 elements", NEUTRAL},
    ]
    many = counts_of({Element.from_Z(number).symbol: 1 for number in range(3, 13)})
    assert "8 elements" in held(many)[0]


def choices(losses: np.ndarray, features: np.ndarray, critic: Critic) -> np.ndarray:
    """The shares of the features among what is chosen."""
    best = (losses + features @ critic.prices).argmin(axis=1)
    return features[np.arange(len(best)), best].mean(axis=0)


def test_prices_bring_the_shares_of_the_chosen_to_those_that_are_wanted() -> None:
    """In groups that prices were not fitted to; the first feature comes with lower losses."""
    random = np.random.default_rng(0)
    features = (random.random((4000, 8, 3)) < [0.3, 0.3, 0.3]).astype(float)
    losses = random.normal(size=(4000, 8)) - 2 * features[..., 0]
    wanted = np.array([0.3, 0.2, 0.4])
    critic = fit_critic(losses[:3000], features[:3000], wanted)
    unpriced = choices(losses[3000:], features[3000:], Critic(np.zeros(3)))
    assert unpriced[0] > 0.8
    np.testing.assert_allclose(choices(losses[3000:], features[3000:], critic), wanted, atol=0.05)
    assert critic.prices[0] > 1 and critic.prices[1] > 0 > critic.prices[2]


def test_the_unit_of_the_losses_does_not_matter() -> None:
    random = np.random.default_rng(1)
    features = (random.random((500, 4, 2)) < 0.5).astype(float)
    losses = random.normal(size=(500, 4)) - features[..., 0]
    wanted = np.array([0.5, 0.5])
    small, large = (fit_critic(unit * losses, features, wanted) for unit in (1e-3, 1.0))
    np.testing.assert_allclose(1e3 * small.prices, large.prices, atol=0.02)


def test_what_no_proposal_has_is_worth_no_more_than_the_spread_of_losses() -> None:
    random = np.random.default_rng(2)
    features = np.zeros((200, 4, 2))
    features[..., 0] = random.random((200, 4)) < 0.5
    losses = random.normal(size=(200, 4))
    critic = fit_critic(losses, features, np.array([0.5, 0.2]))
    spread = np.quantile(losses, 0.75) - np.quantile(losses, 0.25)
    assert critic.prices[1] == pytest.approx(-spread)
    assert abs(critic.prices[0]) < 0.3


def test_equal_losses_give_no_prices() -> None:
    assert not fit_critic(np.zeros((5, 4)), np.ones((5, 4, 2)), np.ones(2)).prices.any()


def test_it_is_read_as_it_was_written(tmp_path: Path) -> None:
    critic = Critic(np.random.default_rng(0).normal(size=len(FEATURES)))
    critic.write(tmp_path / "critic.json", {"seed": 1})
    np.testing.assert_array_equal(Critic.read(tmp_path / "critic.json").prices, critic.prices)
    assert json.loads((tmp_path / "critic.json").read_text())["seed"] == 1


@pytest.mark.parametrize("price", [None, "dear", "nan", {}])
def test_a_damaged_price_is_one_clear_line(tmp_path: Path, price: Any) -> None:
    path = tmp_path / "critic.json"
    path.write_text(json.dumps({"prices": dict.fromkeys(FEATURES, 0.0) | {"Na": price}}))
    with pytest.raises(InputError, match=r"a price is .*remove the file") as raised:
        Critic.read(path)
    assert "\n" not in str(raised.value)


def test_a_missing_price_is_one_clear_line(tmp_path: Path) -> None:
    path = tmp_path / "critic.json"
    path.write_text(json.dumps({"prices": {"Na": 0.0}}))
    with pytest.raises(InputError, match="a price is damaged"):
        Critic.read(path)


def test_the_wanted_shares_are_those_of_training_crystals_as_asked_for() -> None:
    def shares(**changes: Any) -> dict[str, float] | None:
        settings = changed(SECTIONS.generate, shards=1, **changes)
        found = wanted_shares(compositions_of(), settings, 1)
        return None if found is None else dict(zip(FEATURES, found, strict=True))

    every = shares()
    assert every is not None
    assert every["Cl"] == pytest.approx(2 / 9) and every["3 elements"] == pytest.approx(2 / 9)
    assert every[NEUTRAL] == pytest.approx(1.0)  # alloys pass
    salts = shares(allowed=["Cs", "Cl", "I", "Na"])
    assert salts is not None and salts["Cs"] == pytest.approx(2 / 3)
    small = shares(max_atoms=2)
    assert small is not None and small["O"] == 0
    assert shares(allowed=["Fe"]) is None


def test_a_maker_takes_what_the_critic_leaves_cheapest() -> None:
    network = Constraint(name=ENERGY, kind="atoms", mean=-1.0, spread=0.5, **SMALL)
    terms = [ConstraintTerm(network, 1.0, "minimise")]
    settings = changed(SECTIONS.generate, graphs=12, shards=1, exchange=3.0, proposals=6)
    prices = np.zeros(len(FEATURES))
    prices[FEATURES.index("3 elements")] = 1e6
    made = TemplateMaker(templates_of(), NETWORKS, None, terms, settings, 1, critic=Critic(prices))
    numbers = np.arange(6)
    proposer = Proposer(templates_of(), terms, settings, 1)
    chosen = made.chosen(numbers)
    for number, one in zip(numbers.tolist(), chosen, strict=True):
        proposals = proposer.proposals(number)
        counts = proposer.templates.counts(proposals)
        binary = (counts > 0).sum(axis=1) == 2
        losses = np.where(binary, proposer.losses(proposals), np.inf)
        assert binary.any() and one == proposals[int(losses.argmin())]


def test_it_is_trained_on_proposals_of_its_own(tmp_path: Path) -> None:
    templates_of().write(tmp_path / "templates.parquet", {})
    network = Constraint(name=ENERGY, kind="atoms", mean=-1.0, spread=0.5, **SMALL)
    network.save(tmp_path / "constraint.keras")
    settings = changed(SECTIONS.generate, shards=1, exchange=3.0, critic=40, proposals=4)
    term = {"name": ENERGY, "weight": 0.1, "goal": "minimise"}

    def prices(seed: int) -> np.ndarray:
        train_critic(
            tmp_path / "critic.json",
            settings,
            templates=str(tmp_path / "templates.parquet"),
            constraints=[str(tmp_path / "constraint.keras")],
            properties=[ConstraintProperty.model_validate(term)],
            known_phases=None,
            seed=seed,
            notes={"seed": seed},
        )
        return Critic.read(tmp_path / "critic.json").prices

    first = prices(1)
    assert first.any() and np.isfinite(first).all()
    np.testing.assert_array_equal(prices(1), first)
    assert (prices(2) != first).any()
