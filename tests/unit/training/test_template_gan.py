"""Training of the generator that starts from templates."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pandas as pd
import pytest

from builders.gan import NETWORKS, SMALL, TEMPLATE_ADVERSARIAL, drawn_graphs
from builders.settings import SECTIONS, changed
from builders.templates import CRYSTALS, ENERGIES, compositions_of, numbers, table_of
from ccdcgan.core.errors import InputError
from ccdcgan.generation.exchange import TemplateMaker
from ccdcgan.networks.autoencoder import Autoencoders
from ccdcgan.networks.constraint import Constraint
from ccdcgan.networks.discriminator import Discriminator
from ccdcgan.networks.exchange import Exchange, Templates
from ccdcgan.networks.files import load_model, save_model, to_numpy
from ccdcgan.networks.registry import GENERATORS
from ccdcgan.networks.templates import TemplateGenerator
from ccdcgan.stability.training_hull import ENERGY
from ccdcgan.training.constraint_loss import ConstraintTerm
from ccdcgan.training.gan import fit_gan, make_adversary

pytestmark = pytest.mark.training
LONGER = changed(TEMPLATE_ADVERSARIAL, steps=48, steps_per_epoch=12)


def trained(
    folder: Path,
    settings: Any = TEMPLATE_ADVERSARIAL,
    terms: Sequence[ConstraintTerm] = (),
    callbacks: Sequence[keras.callbacks.Callback] = (),
    networks: Autoencoders = NETWORKS,
) -> tuple[TemplateGenerator, Discriminator, pd.DataFrame]:
    table = table_of()
    return fit_gan(drawn_graphs(table), terms, settings, table, networks, folder, 3, callbacks)


def energy_term(weight: float = 1.0) -> ConstraintTerm:
    network = Constraint(name=ENERGY, kind="atoms", mean=-1.0, spread=0.5, **SMALL)
    return ConstraintTerm(network, weight, "minimise")


@pytest.mark.parametrize("driven", [False, True], ids=["dcgan", "ccdcgan"])
def test_losses_are_finite_and_structure_types_are_found_better(
    tmp_path: Path, driven: bool
) -> None:
    settings = changed(LONGER, learning_rate=5e-2, anchor=10.0)
    generator, discriminator, history = trained(
        tmp_path, settings, [energy_term()] if driven else []
    )
    assert isinstance(generator, TemplateGenerator) and isinstance(discriminator, Discriminator)
    assert np.isfinite(history.select_dtypes("number")).all(axis=None) and len(history) == 4
    losses = history["anchor_loss"].to_numpy()
    assert losses[-1] < 0.7 * losses[0]
    assert ("predicted_formation_energy_per_atom" in history) == driven
    # What is held does not change.
    for name, values in table_of().arrays().items():
        np.testing.assert_allclose(to_numpy(generator.held[name]), values, atol=1e-6)
    np.testing.assert_allclose(to_numpy(generator.held["energies"]), ENERGIES, rtol=1e-6)


def test_the_constraint_pulls_the_exchanges(tmp_path: Path) -> None:
    """A strong constraint alone makes exchanges likelier that it likes."""
    table = table_of()
    settings = changed(LONGER, steps=72, steps_per_epoch=24, learning_rate=2e-2, anchor=0.0)
    expected = {}
    term = energy_term(1e3)
    for weight in (0.0, 1e3):
        terms = [ConstraintTerm(term.network, weight, "minimise")]
        generator, _, _ = trained(tmp_path / str(weight), settings, terms)
        templates = Templates(generator)
        maker = TemplateMaker(
            generator, NETWORKS, None, [term], compositions_of(), SECTIONS.generate, 1
        )
        random = np.random.default_rng(0)
        drawn = [templates.propose(row, random)[0] for _ in range(60) for row in range(len(table))]
        expected[weight] = maker.losses(drawn)
    free, pulled = expected[0.0], expected[1e3]
    error = np.hypot(free.std(), pulled.std()) / np.sqrt(len(free))
    assert pulled.mean() < free.mean() - 2 * error


class Stop(keras.callbacks.Callback):
    def on_epoch_begin(self, epoch: int, logs: Mapping[str, Any] | None = None) -> None:
        if epoch == 2:
            raise KeyboardInterrupt


def test_a_stopped_training_goes_on_as_if_undisturbed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ccdcgan.training.loop.CHECKPOINT_SECONDS", 0.0)
    terms = [energy_term()]
    whole, _, history = trained(tmp_path / "whole", LONGER, terms)
    with pytest.raises(KeyboardInterrupt):
        trained(tmp_path / "stopped", LONGER, terms, [Stop()])
    resumed, _, continued = trained(tmp_path / "stopped", LONGER, terms)
    assert len(continued) == len(history) == 4
    pd.testing.assert_frame_equal(continued, history, rtol=1e-4)
    for found, expected in zip(resumed.weights, whole.weights, strict=True):
        np.testing.assert_allclose(to_numpy(found), to_numpy(expected), atol=1e-4)
    assert np.abs(to_numpy(resumed.drawn)).max() > 0


def exchanges_of(generator: TemplateGenerator) -> list[Exchange]:
    maker = TemplateMaker(
        generator, NETWORKS, None, [], compositions_of(), SECTIONS.generate, seed=4
    )
    drawn = [maker.proposals(number)[0] for number in range(20)]
    return [*drawn, *maker.templates.for_system(numbers("Na", "Cl"), 20, 1.0)[0]]


def test_a_saved_generator_makes_the_same_exchanges(tmp_path: Path) -> None:
    generator, _, _ = trained(tmp_path / "checkpoint")
    save_model(generator, tmp_path / "generator.keras")
    loaded = load_model(tmp_path / "generator.keras", GENERATORS["templates"])
    assert exchanges_of(loaded) == exchanges_of(generator)
    assert len({one.template for one in exchanges_of(loaded)}) > 3


def test_what_cannot_move_tiles_is_one_clear_line(tmp_path: Path) -> None:
    site = NETWORKS.sites[0]
    separated = Autoencoders(NETWORKS.lattice, {3: site, 48: site})
    with pytest.raises(InputError, match=r"config gan\.network: .* autoencoder\.graphs: combined"):
        trained(tmp_path, networks=separated)


def test_templates_are_the_training_part() -> None:
    table = table_of()
    splits = ["test" if name in ("CsCl", "Ni3Al") else "train" for name in table]
    mixed = table.assign(split=splits)
    adversary, _ = make_adversary(drawn_graphs(mixed), [], TEMPLATE_ADVERSARIAL, mixed, NETWORKS, 3)
    kept = [name for name in CRYSTALS if name not in ("CsCl", "Ni3Al")]
    np.testing.assert_array_equal(
        to_numpy(adversary.generator.held["species"]), table.take(kept).arrays()["species"]
    )
