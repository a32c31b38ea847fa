"""Crystals of exactly the compositions that are named: no other, and samples of each."""

import logging
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from builders.gan import NETWORKS, SMALL
from builders.settings import SECTIONS, changed
from builders.templates import counts_of, templates_of
from ccdcgan.codec.decode import decode_shard
from ccdcgan.core.errors import InputError
from ccdcgan.crystals.templates import ENERGY, Exchange, Rearrangement
from ccdcgan.generation.exact import ExactMaker
from ccdcgan.generation.exchange import TemplateMaker, place_factors
from ccdcgan.generation.generate import write_graphs
from ccdcgan.networks.autoencoder import load_autoencoders
from ccdcgan.networks.constraint import Constraint
from ccdcgan.networks.denoiser import Denoiser
from ccdcgan.networks.files import load_model
from ccdcgan.training.constraint_loss import ConstraintTerm
from runs import ROOT

SHIPPED = ROOT / "pretrained"
COUNTS = counts_of({"Na": 1, "Br": 1}, {"Li": 1, "Cl": 1}, {"Ni": 3, "Au": 1})


def energy() -> Constraint:
    return Constraint(name=ENERGY, kind="atoms", mean=-1.0, spread=0.5, **SMALL)


def maker(
    compositions: list[Any],
    *,
    ranked: bool = False,
    samples: int = 2,
    networks: Any = NETWORKS,
    denoiser: Denoiser | None = None,
    **changes: Any,
) -> ExactMaker:
    settings = changed(
        SECTIONS.generate,
        compositions=compositions,
        samples=samples,
        graphs=samples * len(compositions),
        shards=1,
        proposals=2,
        **changes,
    )
    terms = [ConstraintTerm(energy(), 1.0, "minimise")] if ranked else []
    own = TemplateMaker(templates_of(), networks, denoiser, terms, settings, 1)
    return ExactMaker(own, settings)


@pytest.mark.parametrize("ranked", [False, True])
def test_every_crystal_has_just_the_atoms_asked_for(ranked: bool) -> None:
    made = maker(["NaBr", "LiCl", "Ni3Au"], ranked=ranked).make(np.arange(6))
    np.testing.assert_array_equal(made["counts"], np.tile(COUNTS, (2, 1)))
    for species, counts in zip(made["species"], made["counts"], strict=True):
        found = np.bincount(species[species > 0], minlength=100)
        np.testing.assert_array_equal(found, counts)


def test_a_graph_is_the_same_whatever_it_is_made_with() -> None:
    whole = maker(["NaBr", "LiCl", "Ni3Au"]).make(np.arange(6))
    part = maker(["NaBr", "LiCl", "Ni3Au"]).make(np.array([4, 1]))
    for name in ("coords", "cell", "species", "counts"):
        np.testing.assert_allclose(part[name], whole[name][[4, 1]], atol=1e-6)


def test_samples_of_one_composition_begin_with_the_likeliest() -> None:
    own = maker(["NaBr"], samples=3)
    likeliest = own.maker.templates.for_composition(COUNTS[0], 3)
    assert own.ways[0] == likeliest and len({one.template for one in likeliest}) > 1
    ranked = maker(["NaBr"], ranked=True, samples=3)
    listed = ranked.maker.templates.for_composition(COUNTS[0], 6)
    losses = ranked.maker.losses(listed) * place_factors(len(listed))
    order = losses.argsort(kind="stable")
    assert ranked.ways[0] == [listed[place] for place in order][:3]
    assert ranked.ways[0] != listed[:3]


def test_a_composition_without_a_template_is_graphs_of_zeros_and_the_others_go_on(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with caplog.at_level(logging.WARNING):
        own = maker(["NaBr", "Na7Br2"])
    assert "Na7 Br2: no template" in caplog.text
    made = own.make(np.arange(4))
    assert (made["graphs"][1::2] == 0).all() and (made["graphs"][::2] != 0).any(axis=(1, 2)).all()
    expected = counts_of({"Na": 7, "Br": 2})[0]
    np.testing.assert_array_equal(made["counts"][1], expected)
    only = own.make(np.array([1]))
    assert only["graphs"].shape == (1, 160, 160) and not only["graphs"].any()


@pytest.mark.parametrize("ranked", [False, True])
def test_what_no_exchange_gives_takes_the_places_of_any_template_with_as_many_atoms(
    ranked: bool, caplog: pytest.LogCaptureFixture
) -> None:
    """Of Na2Br2 there is no template, but of four atoms there is; of NaBr there are few."""
    denoiser = load_model(SHIPPED / "denoiser.keras", Denoiser)
    asked = ["NaBr", {"formula": "NaBr", "cells": [2]}]
    few = {"levels": 2, "final_steps": 2, "rearranged": 1, "samples": 3}
    with caplog.at_level(logging.WARNING):
        own = maker(asked, ranked=ranked, denoiser=denoiser, **few)
    assert "Na2 Br2: no template" in caplog.text and "take the places of others" in caplog.text
    kinds = [[type(way) for way in ways] for ways in own.ways]
    assert kinds == [[Exchange, Exchange, Rearrangement], [Rearrangement] * 3]
    made = own.make(np.arange(6))
    for species, counts in zip(made["species"], made["counts"], strict=True):
        np.testing.assert_array_equal(np.bincount(species[species > 0], minlength=100), counts)
    assert made["counts"].sum(axis=1).tolist() == [2, 4] * 3
    first, second, third = made["coords"][1::2]  # noise of their own
    assert abs(first - second).max() > 0.01 < abs(second - third).max()
    part = own.make(np.array([5]))
    np.testing.assert_allclose(part["coords"][0], made["coords"][5], atol=1e-4)


def test_nothing_that_can_be_made_is_one_line() -> None:
    with pytest.raises(InputError, match="none of them can be made of a template"):
        maker(["Na7Br2"]).make(np.arange(2))
    with pytest.raises(InputError, match="Xe is in no structure"):
        maker(["NaXe"])


def test_a_crystal_of_other_atoms_than_asked_for_is_not_valid(tmp_path: Path) -> None:
    networks = load_autoencoders(
        str(SHIPPED / "lattice.keras"), [str(SHIPPED / "combined.keras")], []
    )
    own = maker(["NaBr", "LiCl", "Ni3Au"], networks=networks)
    settings = changed(SECTIONS.generate, graphs=3, shards=1)

    def make(numbers: np.ndarray) -> dict[str, np.ndarray]:
        made = own.make(numbers)
        return {**made, "counts": COUNTS[[0, 0, 2]]}  # LiCl is said to be NaBr

    path = tmp_path / "shard.h5"
    write_graphs(path, make, [energy()], settings, variant="dcgan", shard=0, notes={})
    read = {"threshold": 0.3, "min_distance": 0.5}
    loose = decode_shard(path, networks, "dcgan", **read)
    assert list(loose["status"]) == ["valid"] * 3
    exact = decode_shard(path, networks, "dcgan", **read, exact=True)
    assert list(exact["status"]) == ["valid", "another composition", "valid"]
    assert list(exact["formula"]) == ["NaBr", "LiCl", "Ni3Au"]
    assert exact.has_structure().tolist() == [True, False, True]
