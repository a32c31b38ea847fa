"""The tiny preset through profiles/slurm on a real Slurm of two nodes that fails in many ways."""

import contextlib
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Collection, Iterator
from datetime import datetime
from pathlib import Path

import pandas as pd
import psutil
import pytest

from ccdcgan.crystals.table import Crystals
from runs import ROOT, TINY, Run, copy_repository, snakemake

VARIANTS = ("dcgan", "ccdcgan")
OFTEN = (
    *("--seconds-between-status-checks", "1"),
    *("--slurm-init-seconds-before-status-checks", "1"),
)
CRYSTALS = "results/crystals/dcgan/shard-0000.parquet"
PROFILE = ("--profile", "profiles/slurm", "--configfile", TINY, "--jobs", "4", *OFTEN)
# The first attempt at each has too little; the third of four has enough by far.
SMALL = ("--set-resources", "train_constraint:runtime=2", "train_gan:mem_mb=600")
# The other scheduler writes into the temporary folder, which is to be full for the jobs alone.
GREEDY = ("--scheduler", "greedy")
ROOM = 2**16
"""Bytes that are left on a disk which is full for all jobs that keep images on it."""
AWAY = 60
"""s without a controller: longer than the executor waits between its questions for its jobs."""
END = 3000
"""s; after which a run has hung."""


class Disturber:
    """Does to a cluster and its jobs, once each, what clusters do, as soon as there is a target."""

    def __init__(
        self, state: Path, results: Path, filler: Path, only: Collection[str] = ()
    ) -> None:
        self.state, self.results, self.filler = state, results, filler
        acts = {
            "node": self.lose_a_node,
            "time": self.hang_a_job,
            "cancel": self.cancel_a_job,
            "controller": self.restart_the_controller,
            "disk": self.make_room,
        }
        self.left = {name: act for name, act in acts.items() if name in (only or acts)}

    def look(self) -> None:
        """Do what can be done now."""
        for name, act in list(self.left.items()):
            if act():
                del self.left[name]

    def lose_a_node(self) -> bool:
        """In the middle of a training: the node's daemon and all that runs there are gone.

        Not before the job that hangs is over its time; it would be among them.
        """
        found = _found("train")
        if not found or not _found("train_constraint", "TO") or not self._goes_on():
            return False
        _, node = found
        _kill(self.state / f"slurmd-{node}.pid")
        down = ["scontrol", "update", f"nodename={node}", "state=down", "reason=lost"]
        subprocess.run(down, check=True)
        for process in psutil.process_iter():
            with contextlib.suppress(psutil.Error):
                if process.environ().get("SLURMD_NODENAME") == node:
                    process.kill()
        time.sleep(3)
        subprocess.run(["slurmd", "-N", node], check=True)  # it returns to service by itself
        return True

    def _goes_on(self) -> bool:
        """Whether a training has come so far that it would go on from a checkpoint."""
        return any(self.results.rglob("identity.json"))

    def hang_a_job(self) -> bool:
        """A job that does not go on runs over its time."""
        return bool(_found("train_constraint")) and _signal("train_constraint", signal.SIGSTOP)

    def cancel_a_job(self) -> bool:
        found = _found("relax_crystals")
        if found:
            subprocess.run(["scancel", found[0]], check=True)
        return bool(found)

    def restart_the_controller(self) -> bool:
        """While a training runs, and not before its step has begun: that asks the controller."""
        found = _found("train")
        if not found or not _step_has_begun(found[0]) or not _state_is_saved(self.state):
            return False
        _restart_the_controller(self.state)
        return True

    def make_room(self) -> bool:
        """The temporary folder of the nodes is full until the first job has found no room there."""
        logs = self.results.glob("logs/**/*.log")
        if any("No space left on device" in log.read_text() for log in logs):
            self.filler.unlink()
            return True
        return False


def _found(rule: str, state: str = "R") -> tuple[str, str] | None:
    """Name a job of a rule, running or in another state, and its node."""
    command = ["squeue", "-h", "-t", state, "-o", "%i %N %k"]
    answer = subprocess.run(command, capture_output=True, text=True).stdout
    found = re.search(rf"^(\d+) (\w+) \S*rule_{rule}(_|$)", answer, re.MULTILINE)
    return (found[1], found[2]) if found else None


def _step_has_begun(job: str) -> bool:
    command = ["squeue", "-h", "--steps", "-o", "%i"]
    answer = subprocess.run(command, capture_output=True, text=True).stdout
    return f"{job}.0" in answer.split()


def _signal(rule: str, number: int) -> bool:
    """Send a signal to the scripts of a rule, if one runs."""
    sent = False
    for process in psutil.process_iter(["cmdline"]):
        if any(part.endswith(f".{rule}.py") for part in process.info["cmdline"] or ()):
            process.send_signal(number)
            sent = True
    return sent


def _state_is_saved(state: Path) -> bool:
    """Whether the controller, which saves late, would remember all of its jobs after a kill."""
    log = (state / "slurmctld.log").read_text()
    times = re.findall(r"^\[(\S+)\] .*\bJobId=", log, re.MULTILINE)
    saved = state / "controller" / "job_state"
    return saved.exists() and saved.stat().st_mtime > datetime.fromisoformat(times[-1]).timestamp()


def _restart_the_controller(state: Path) -> None:
    _kill(state / "slurmctld.pid")
    time.sleep(AWAY)
    subprocess.run(["slurmctld"], check=True)


def _kill(pid_file: Path) -> None:
    os.kill(int(pid_file.read_text()), signal.SIGKILL)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A temporary folder of 300 MB, in memory."""
    folder = tmp_path / "disk"
    folder.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=300m", "tmpfs", folder]).returncode:
        pytest.skip("no small disk can be mounted here")
    yield folder
    subprocess.run(["umount", "--lazy", folder], check=True)


def tables(repository: Path) -> dict[str, pd.DataFrame]:
    """The crystals of all variants, decoded, screened and relaxed, and those on the hull."""
    results = repository / "results"
    found = {}
    for variant in VARIANTS:
        shards = sorted((results / "crystals" / variant).glob("shard-*.parquet"))
        found[f"{variant} decoded"] = Crystals.read_all(shards).table
        found[f"{variant} relaxed"] = Crystals.read(
            results / f"relax/{variant}/relaxed.parquet"
        ).table
        found[f"{variant} screened"] = pd.read_csv(results / f"screen/{variant}/screen.csv")
    return found | {"hull": pd.read_csv(results / "hull/Cd-Li/hull.csv")}


@pytest.mark.slurm
@pytest.mark.timeout(900)
def test_networks_and_crystals_through_slurm_are_those_of_a_workstation(
    slurm: Path, finished: Path, tmp_path: Path
) -> None:
    repository = shutil.copytree(finished, tmp_path / "repository", symlinks=True)
    for folder in ("voxels", "graphs", "gan", "generated", "crystals"):
        shutil.rmtree(repository / "results" / folder)
    run = snakemake(repository, CRYSTALS, *PROFILE)
    assert run.status == 0, run.output[-20_000:]
    assert {"voxelise", "encode_graphs", "train_gan", "decode_graphs"} <= run.jobs.keys()
    submitted = re.findall(r"has been submitted with SLURM jobid (\d+)", run.output)
    # All jobs went to Slurm, the small ones together.
    assert 0 < len(submitted) < sum(run.jobs.values())
    assert (slurm / "slurmctld.log").read_text().count("JobId=") >= len(submitted)
    expected, found = (Crystals.read(folder / CRYSTALS).table for folder in (finished, repository))
    pd.testing.assert_frame_equal(found, expected)


@pytest.mark.slurm
@pytest.mark.timeout(900)
def test_a_job_that_ends_while_the_controller_is_away_is_not_forgotten(
    slurm: Path, tmp_path: Path
) -> None:
    """Snakemake's executor alone forgets it, and the run waits for it without end."""
    include = f'include: "{ROOT}/rules/slurm.smk"\n'
    rule = 'rule train_slowly:\n    output: "done"\n    shell: "sleep 30 && touch done"\n'
    (tmp_path / "Snakefile").write_text(include + rule)
    disturber = Disturber(slurm, tmp_path, tmp_path, only=["controller"])
    run = _watched(
        tmp_path,
        disturber,
        "--profile",
        ROOT / "profiles/slurm",
        *OFTEN,
        end=600,
        temporary=tmp_path,
    )
    assert run.status == 0, run.output[-20_000:]
    assert not disturber.left
    assert run.output.count("has been submitted with SLURM jobid") == 1


@pytest.mark.slow
@pytest.mark.slurm
@pytest.mark.timeout(2 * END)
def test_a_run_on_a_cluster_that_fails_ends_with_the_crystals_of_an_undisturbed_one(
    slurm: Path, small_disk: Path, tmp_path: Path
) -> None:
    undisturbed = copy_repository(tmp_path / "undisturbed")
    quiet = snakemake(undisturbed, "--configfile", TINY)
    assert quiet.status == 0, quiet.output[-20_000:]

    repository = copy_repository(tmp_path / "disturbed")
    filler = small_disk / "filler"
    with contextlib.suppress(OSError), filler.open("wb", buffering=0) as file:
        while file.write(bytes(2**20)):
            pass
    # Room for a trial of Python's, which takes another folder where there is none at all.
    os.truncate(filler, filler.stat().st_size - ROOM)
    disturber = Disturber(slurm, repository / "results", filler)
    arguments = (*PROFILE, *SMALL, *GREEDY)
    run = _watched(repository, disturber, *arguments, end=END, temporary=small_disk)
    assert run.status == 0, run.output[-20_000:]
    assert not disturber.left  # everything has happened
    assert {"TIMEOUT", "CANCELLED"} <= set(re.findall(r"SLURM status is: '(\w+)'", run.output))
    logs = [path.read_text() for path in repository.glob(".snakemake/slurm_logs/**/*.log")]
    assert any("exceeded memory limit" in log for log in logs)
    assert "No space left on device" in run.output
    controller = (slurm / "slurmctld.log").read_text()
    assert re.search(r"requeue job JobId=\d+ due to failure of node", controller)

    expected, found = tables(undisturbed), tables(repository)
    for name, table in expected.items():
        pd.testing.assert_frame_equal(found[name], table, obj=name)
    left = [path for path in (repository / "results").rglob(".*") if path.is_file()]
    assert left == [repository / "results/dft/Cd-Li/decks/.snakemake_timestamp"]


def _watched(
    folder: Path, disturber: Disturber, *arguments: str | Path, end: int, temporary: Path
) -> Run:
    """Run Snakemake while it is disturbed; it is killed after `end` seconds."""
    log = folder / "run.log"
    with log.open("w") as file:
        run = subprocess.Popen(
            [sys.executable, "-m", "snakemake", "--cores", "2", *map(str, arguments)],
            cwd=folder,
            env=dict(os.environ, TMPDIR=str(temporary)),
            stdin=subprocess.DEVNULL,
            stdout=file,
            stderr=subprocess.STDOUT,
        )
        last = time.monotonic() + end
        while run.poll() is None:
            disturber.look()
            time.sleep(0.5)
            if time.monotonic() > last:
                run.kill()
    return Run(run.wait(), log.read_text())
