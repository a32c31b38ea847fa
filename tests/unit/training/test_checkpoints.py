"""Checkpoints are taken up by the same training alone, and by one process at a time."""

import logging
import os
import shutil
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from ccdcgan.core.errors import InputError
from ccdcgan.training.checkpoints import checkpoints, sole_writer
from runs import ROOT

IDENTITY = {"params": {"epochs": 3}, "inputs": {"structures.parquet": "a" * 64}}


def content(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def trained(folder: Path) -> Path:
    """A folder in which a training of `IDENTITY` was killed after an epoch."""
    with checkpoints(folder, IDENTITY):
        (folder / "log.json").write_text("{}")
        (folder / "backup").mkdir()
        (folder / "backup/latest.weights.h5").write_text("weights")
    return folder


def test_checkpoints_of_the_same_training_are_taken_up(tmp_path: Path) -> None:
    folder = trained(tmp_path / "checkpoint")
    with checkpoints(folder, dict(reversed(IDENTITY.items()))):
        assert (folder / "backup/latest.weights.h5").read_text() == "weights"


@pytest.mark.parametrize(
    "other",
    [
        {"inputs": {"structures.parquet": "b" * 64}},  # as many rows of another content
        {"params": {"epochs": 4}},
    ],
)
def test_checkpoints_of_other_inputs_or_settings_are_begun_anew(
    other: dict[str, dict[str, object]], tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    folder = trained(tmp_path / "checkpoint")
    with caplog.at_level(logging.WARNING), checkpoints(folder, IDENTITY | other):
        assert content(folder) == ["identity.json", "lock"]
    assert "other settings, inputs or code; begun anew" in caplog.text


@pytest.mark.parametrize("damage", ["", "{", "[]", '{"settings": {}}'])
def test_checkpoints_that_do_not_say_whose_they_are_are_begun_anew(
    damage: str, tmp_path: Path
) -> None:
    folder = trained(tmp_path / "checkpoint")
    (folder / "identity.json").write_text(damage)
    with checkpoints(folder, IDENTITY):
        assert content(folder) == ["identity.json", "lock"]


HOLDER = textwrap.dedent("""\
    import sys
    import time
    from pathlib import Path

    sys.path.insert(0, sys.argv[2])
    from ccdcgan.training.checkpoints import sole_writer

    with sole_writer(Path(sys.argv[1])):
        print("held", flush=True)
        time.sleep(600)
    """)


def test_two_processes_never_share_a_folder(tmp_path: Path) -> None:
    folder = tmp_path / "checkpoint"
    orphan = subprocess.Popen(
        [sys.executable, "-c", HOLDER, folder, ROOT / "workflow_scripts"],
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert orphan.stdout is not None and orphan.stdout.readline() == "held\n"
        with (
            pytest.raises(InputError, match=f"checkpoint: process {orphan.pid} on .* trains here"),
            checkpoints(folder, IDENTITY),
        ):
            pass
    finally:
        orphan.send_signal(signal.SIGKILL)
        orphan.wait()
    with checkpoints(folder, IDENTITY):  # a kill leaves no lock behind
        assert f"process {os.getpid()} " in (folder / "lock").read_text()


def test_the_folder_may_be_removed_while_it_is_held(tmp_path: Path) -> None:
    with sole_writer(tmp_path / "checkpoint"):
        shutil.rmtree(tmp_path / "checkpoint")
    with sole_writer(tmp_path / "checkpoint"):
        pass
