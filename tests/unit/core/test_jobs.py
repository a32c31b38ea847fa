"""What a failing script leaves in log and console."""

import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from runs import ROOT

SCRIPT = """\
import os, sys
from types import SimpleNamespace

sys.path.insert(0, sys.argv[2])
from ccdcgan.core.errors import InputError
from ccdcgan.core.jobs import job

config = {{"hardware": {{"backend": "torch"}}}}
with job(SimpleNamespace(log=[sys.argv[1]], threads=3, rule="train", config=config)):
    {body}
"""


def run(tmp_path: Path, body: str) -> tuple[int, str, str]:
    """Exit status, console and log of a script with this body."""
    log = tmp_path / "job.log"
    script = tmp_path / "script.py"
    script.write_text(SCRIPT.format(body=textwrap.indent(body, "    ").strip()))
    done = subprocess.run(
        [sys.executable, script, log, ROOT / "workflow_scripts"], capture_output=True, text=True
    )
    return done.returncode, done.stderr, log.read_text()


@pytest.mark.parametrize("error", ["InputError('shard 3: no lattice')", "OSError('shard 3:\\nx')"])
def test_bad_input_is_one_line_in_log_and_console(tmp_path: Path, error: str) -> None:
    status, console, log = run(tmp_path, f"raise {error}")
    assert status == 1
    assert console == log
    assert len(log.splitlines()) == 1
    assert "train: shard 3:" in log


def test_a_defect_leaves_its_traceback(tmp_path: Path) -> None:
    status, console, log = run(tmp_path, "1 / 0")
    assert status == 1
    assert "ZeroDivisionError" in console
    assert "script.py" in log


@pytest.mark.parametrize(
    "body",
    [
        "raise InputError(f'refused: {key}')",
        "raise RuntimeError(f'echoed: {key}')",
        "import logging\nlogging.getLogger('tenacity').warning('again after %s', key)",
    ],
)
def test_no_line_holds_the_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, body: str) -> None:
    monkeypatch.setenv("MP_API_KEY", "k3y" + "0123456789abcdefghijklmnopqrs")
    _, console, log = run(tmp_path, f"key = os.environ['MP_API_KEY']\n{body}")
    assert "<MP_API_KEY>" in console and "<MP_API_KEY>" in log
    assert "k3y" not in console + log


def test_threads_are_set_before_the_body(tmp_path: Path) -> None:
    body = "import logging\nlogging.getLogger('ccdcgan').info(os.environ['OMP_NUM_THREADS'])"
    status, _, log = run(tmp_path, body)
    assert status == 0
    assert log.split()[-1] == "3"
