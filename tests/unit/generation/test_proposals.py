"""What is proposed for graphs: as asked for, likely ones first, none twice too early."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pymatgen.core import Composition, Element

from builders.gan import SMALL
from builders.settings import SECTIONS, changed
from builders.templates import counts_of, numbers, templates_of
from ccdcgan.core.errors import InputError
from ccdcgan.crystals.templates import ENERGY
from ccdcgan.generation.proposals import Proposer
from ccdcgan.networks.constraint import Constraint
from ccdcgan.stability.known_phases import known_formulas
from ccdcgan.training.constraint_loss import ConstraintTerm
from runs import ROOT

KNOWN = ROOT / "pretrained" / "known-phases.parquet"


def term() -> ConstraintTerm:
    network = Constraint(name=ENERGY, kind="atoms", mean=-1.0, spread=0.5, **SMALL)
    return ConstraintTerm(network, 1.0, "minimise")


def proposer(
    terms: Sequence[ConstraintTerm] = (), seed: int = 1, known: Path | None = None, **changes: Any
) -> Proposer:
    settings = changed(SECTIONS.generate, **{"graphs": 12, "shards": 1, "exchange": 3.0, **changes})
    return Proposer(templates_of(), terms, settings, seed, known)


@pytest.mark.parametrize("ranked", [False, True])
def test_no_exchange_repeats_before_all_have_been_drawn(ranked: bool) -> None:
    """Sodium and chlorine have four exchanges: rock salt, CsCl, and AuCu3 in both ways."""
    made = proposer([term()] if ranked else [], systems=["Cl-Na"], graphs=4, exchange=20.0)
    exchanges = [one for number in range(4) for one in made.proposals(number)]
    kinds = [(one.template, *one.elements.items()) for one in exchanges]
    assert len(kinds) == len(set(kinds)) == 4
    twice = proposer(systems=["Cl-Na"], graphs=8, exchange=20.0)
    drawn = [twice.proposals(number)[0] for number in range(8)]
    kinds = [(one.template, *one.elements.items()) for one in drawn]
    assert len(set(kinds[:4])) == 4 and set(kinds[4:]) <= set(kinds[:4])


def test_likelier_exchanges_tend_to_come_first() -> None:
    """By Gumbel noise of the seed: in most seeds a likely one comes before the least likely."""
    earlier = 0
    for seed in range(6):
        made = proposer(systems=["Cl-Na"], exchange=20.0, seed=seed)
        system = numbers("Cl", "Na")
        found, weights = made.templates.for_system(system, 20, 20.0)
        order = [made.proposals(n)[0] for n in range(len(found))]
        best, worst = found[int(weights.argmax())], found[int(weights.argmin())]
        earlier += order.index(best) < order.index(worst)
    assert earlier >= 5


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"systems": ["Ba-Na-O-Ti"]}, "no template of 4 elements fits Ba-Na-O-Ti"),
        ({"systems": ["Cl-Na"], "max_atoms": 1}, r"fits Cl-Na with max_atoms \(1\)"),
        ({"systems": ["Cl-Na"], "fractions": {"Na": [0.9, 0.95]}}, "fits Cl-Na with .*fractions"),
        ({"systems": ["Fe-Na"]}, "Fe"),
    ],
)
def test_a_system_without_a_template_is_one_clear_line(changes: Any, words: str) -> None:
    with pytest.raises(InputError, match=words) as raised:
        proposer(**changes)
    assert "\n" not in str(raised.value)


def test_fractions_that_no_exchange_has_are_one_clear_line() -> None:
    made = proposer(fractions={"Na": [0.9, 0.95]})
    with pytest.raises(InputError, match=r"none of 1000 exchanges has these fractions .*widen"):
        made.proposals(0)


@pytest.mark.parametrize("systems", [None, ["Cl-Na", "Br-K"]])
def test_novel_compositions_are_of_no_template_and_no_known_phase(
    systems: list[str] | None,
) -> None:
    made = proposer(known=KNOWN, systems=systems, novel=True)
    drawn = [made.proposals(number)[0] for number in range(40)]
    formulas = {
        Composition({Element.from_Z(n): int(row[n]) for n in np.flatnonzero(row)}).reduced_formula
        for row in made.templates.counts(drawn)
    }
    assert formulas and not formulas & ({*templates_of()["formula"]} | known_formulas(KNOWN))


def test_predictions_count_above_the_hull_that_is_asked_for() -> None:
    """Of the known phases by default; of the training crystals without a table, or if so told."""

    def energies(known: Path | None, **changes: Any) -> list[float]:
        made = proposer([term()], known=known, **changes)
        assert made.hull is not None
        return made.hull.energies(counts_of({"Mg": 1, "O": 1}, {"Li": 1, "F": 1})).tolist()

    magnesia, fluoride = energies(KNOWN)
    assert magnesia < -2.5 and fluoride == pytest.approx(-3.1, abs=0.2)
    for none in (energies(None), energies(KNOWN, hull="training")):
        assert none == pytest.approx([0.0, -3.2])
