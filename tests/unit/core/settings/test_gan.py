"""The generator: what both networks are told, and each alone."""

from typing import Any

import pytest
from pydantic import ValidationError

from builders.settings import DEFAULT, fault, with_key
from ccdcgan.core.settings.gan import (
    GAN_TRAINING,
    AtomsGanTraining,
    PaperGanTraining,
    TilesGanTraining,
)


@pytest.mark.parametrize(
    ("path", "value", "words"),
    [
        (
            "gan.network",
            "dcgan",
            ["'dcgan'", "one of ['templates', 'atoms', 'tiles', 'paper']", "a graph is made of"],
        ),
        ("gan.variants", ["gan"], ["gan.variants.0: 'gan'", "one of ['dcgan', 'ccdcgan']"]),
        ("gan.noise", 30, ["gan.noise: 30", "a multiple of 20"]),
        ("gan.seed", 2**32, ["gan.seed: 4294967296", "a value below 4294967296 or null"]),
        ("gan.paper.blocks", 6, ["gan.paper.blocks: 6", "a maximum of 5", "halved 5 times"]),
        ("gan.width", 128, ["config gan: 'width' is an unexpected key", "atoms, tiles, paper"]),
        ("gan.paper.penalty", 1.0, ["config gan.paper: 'penalty' is an unexpected key"]),
        ("gan.templates", {}, ["config gan: 'templates' is an unexpected key"]),
        ("gan.average", 1, ["gan.average: 1 ", "a value below 1", "running average"]),
    ],
)
def test_faults(path: str, value: Any, words: list[str]) -> None:
    message = fault(with_key(path, value))
    assert [word for word in words if word not in message] == []


def training(network: str, sections: str) -> dict[str, Any]:
    """Return what the training of a network is told, with the section of this or another one."""
    shared = set(DEFAULT["gan"]) - {"variants", "seed", "atoms", "tiles", "paper"}
    told = {key: DEFAULT["gan"][key] for key in shared} | DEFAULT["gan"][sections]
    return told | {"network": network}


def test_the_network_tells_the_trainings_apart() -> None:
    for network, model in (
        ("atoms", AtomsGanTraining),
        ("tiles", TilesGanTraining),
        ("paper", PaperGanTraining),
    ):
        told = training(network, network)
        found = GAN_TRAINING.validate_python(told)
        assert type(found) is model and found.model_dump() == told
    with pytest.raises(ValidationError, match=r"paper\.penalty"):
        GAN_TRAINING.validate_python(training("paper", "atoms"))
