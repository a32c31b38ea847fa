"""The logger of `make`: a line a rule, what has failed, and how long the rest takes."""

import io
import os
import subprocess
import sys
from logging import ERROR, INFO, LogRecord
from pathlib import Path
from typing import Any

import pytest

from runs import ROOT, copy_repository

LOGGER = ROOT / "profiles" / "logger"
OVERLAY = "systems: [Cd-Li]\ndata: {source: known_phases}\n"


@pytest.fixture
def handler(monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.syspath_prepend(str(LOGGER))
    from snakemake_logger_plugin_stages import LogHandler

    made = LogHandler(None, None)
    made.stream = io.StringIO()
    return made


def tell(handler: Any, event: str, message: str = "", level: int = INFO, **fields: Any) -> None:
    record = LogRecord("snakemake", level, "", 0, message, None, None)
    vars(record).update(event=event, **fields)
    handler.emit(record)


def test_a_rule_gets_a_line_when_its_last_job_has_ended(handler: Any) -> None:
    tell(handler, "run_info", stats={"relax": 4, "hull": 1, "total": 5})
    for job in range(4):
        tell(handler, "job_info", jobid=job, rule_name="relax", log=["relax.log"])
    for job in range(3):
        tell(handler, "job_finished", job_id=job)
    lines = handler.stream.getvalue().splitlines()
    assert [line[6:] for line in lines] == ["5 jobs of 2 rules", "relax …"]
    tell(handler, "job_finished", job_id=3)
    last = handler.stream.getvalue().splitlines()[-1]
    assert last[6:].startswith("relax, 4 jobs: 0 s; 4 of 5 jobs (80%), about 0 s left")


def test_what_is_left_costs_what_jobs_of_its_rule_cost(handler: Any) -> None:
    tell(handler, "run_info", stats={"relax": 5, "hull": 1, "total": 6})
    handler.start -= 300
    handler.done.update({"relax": 3})
    handler.spent.update({"relax": 300.0})
    # One at a time: two relaxations, and a hull that costs as the jobs before it did.
    assert handler._left() == pytest.approx(300, rel=0.01)
    handler.spent.update({"relax": 300.0})
    assert handler._left() == pytest.approx(300, rel=0.01)  # twice the cost, two at a time


def test_a_failed_job_shows_the_end_of_its_log(handler: Any, tmp_path: Path) -> None:
    log = tmp_path / "relax.log"
    log.write_text("one\ntwo\nthree\nERROR potential.name: unknown\n")
    tell(handler, "job_error", level=ERROR, rule_name="relax", jobid=1, log=[str(log)])
    shown = handler.stream.getvalue()
    assert "relax has failed" in shown and "ERROR potential.name: unknown" in shown
    assert "one" not in shown and f"all: {log}" in shown


def test_a_run_prints_a_line_a_rule_and_no_more(tmp_path: Path) -> None:
    repository = copy_repository(tmp_path)
    (tmp_path / "overlay.yaml").write_text(OVERLAY)
    done = subprocess.run(
        [
            *(sys.executable, "-m", "snakemake", "--cores", "2", "--logger", "stages"),
            *("--configfile", "overlay.yaml", "--", "results/data/summary.json"),
        ],
        cwd=repository,
        env={**os.environ, "PYTHONPATH": "profiles/logger"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr[-5_000:]
    lines = [line[6:] for line in done.stdout.splitlines()]
    assert lines[0].endswith("rules")
    assert sum(line.startswith("merge_structures: ") for line in lines) == 1
    assert "(100%)" in lines[-1]
    assert len(lines) < 12 and "Shell command" not in done.stdout + done.stderr
