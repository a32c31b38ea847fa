"""A discriminator that has won is said."""

import logging
from pathlib import Path
from typing import Any

import pytest

from builders.paper_gan import trained
from ccdcgan.training.adversary import PATIENCE, DiscriminatorWatch


@pytest.mark.parametrize(
    ("losses", "warned"),
    [
        ([0.7, 0.001, 0.001, 0.001, 0.001, 0.001, 0.001], 4),
        ([0.001, 0.001, 0.7, 0.001, 0.001], None),
        ([0.6] * 6, None),
    ],
)
def test_a_discriminator_that_wins_is_said_once(caplog: Any, losses: Any, warned: Any) -> None:
    watch = DiscriminatorWatch("raise gan.penalty")
    with caplog.at_level(logging.WARNING):
        for epoch, loss in enumerate(losses):
            watch.on_epoch_end(epoch, {"discriminator_loss": loss})
    lines = [record.getMessage() for record in caplog.records]
    assert len(lines) == (warned is not None)
    if warned:
        assert f"epoch {warned}: the discriminator has won" in lines[0]
        assert f"for {PATIENCE} epochs" in lines[0] and lines[0].endswith("raise gan.penalty")


@pytest.mark.training
def test_the_training_watches_its_discriminator(
    tmp_path: Path, caplog: Any, monkeypatch: Any
) -> None:
    monkeypatch.setattr("ccdcgan.training.adversary.WINNING_LOSS", 10.0)  # of any discriminator
    with caplog.at_level(logging.WARNING):
        trained(tmp_path)
    assert "epoch 3: the discriminator has won" in caplog.text
    assert "lower gan.paper.learning_rate or gan.paper.width" in caplog.text
