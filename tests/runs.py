"""Runs of the real workflow, for the tests of the workflow and of the services."""

import multiprocessing
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from multiprocessing import forkserver
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TINY = "presets/tiny.yaml"


@dataclass(frozen=True)
class Run:
    """What a run of Snakemake left: exit status and everything that it printed."""

    status: int
    output: str

    @property
    def jobs(self) -> dict[str, int]:
        """Jobs by rule, from the table that Snakemake prints first."""
        _, _, table = self.output.partition("Job stats:")
        found = re.findall(r"^(\w+) +(\d+)$", table.split("\n\n")[0], re.MULTILINE)
        return {rule: int(count) for rule, count in found if rule != "total"}

    def wildcards(self, name: str) -> set[str]:
        """The values that a wildcard takes in the jobs."""
        return set(re.findall(rf"^ +wildcards: .*\b{name}=([\w-]+)", self.output, re.MULTILINE))


def snakemake(repository: Path, *arguments: str | Path) -> Run:
    """Run Snakemake on two cores, without an input, in a copy of the repository."""
    told = ["--cores", "2", *map(str, arguments)]
    with tempfile.NamedTemporaryFile("r") as output:
        status = (_plan if "--dry-run" in told else _run)(repository, told, output.name)
        return Run(status, output.read())


def _run(repository: Path, arguments: Sequence[str], output: str) -> int:
    """Run it as a user does, its output in a file; return its exit status."""
    with Path(output).open("w") as file:
        return subprocess.run(
            [sys.executable, "-m", "snakemake", *arguments],
            cwd=repository,
            stdin=subprocess.DEVNULL,
            stdout=file,
            stderr=subprocess.STDOUT,
        ).returncode


def _plan(repository: Path, arguments: Sequence[str], output: str) -> int:
    """Let Snakemake plan a run, in a fork of a process that has imported it: it takes half as long.

    A plan runs no script, so coverage, which would make it half as slow again, is left out.
    """
    coverage = os.environ.pop("COVERAGE_PROCESS_CONFIG", None)
    environment = dict(os.environ)
    try:
        forkserver.set_forkserver_preload(["snakemake.cli"])
        forkserver.ensure_running()
    finally:
        if coverage is not None:
            os.environ["COVERAGE_PROCESS_CONFIG"] = coverage
    told = (str(repository), list(arguments), environment, output)
    process = multiprocessing.get_context("forkserver").Process(target=_be_snakemake, args=told)
    process.start()
    process.join()
    return int(process.exitcode or 0)


def _be_snakemake(
    folder: str, arguments: Sequence[str], environment: Mapping[str, str], output: str
) -> None:
    """Become `snakemake` with some arguments, whose output goes to a file."""
    with Path(output).open("w") as file:
        os.dup2(file.fileno(), 1)
        os.dup2(file.fileno(), 2)
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    sys.argv = ["snakemake", *arguments]
    from snakemake.cli import main

    main()


def copy_repository(target: Path) -> Path:
    """Copy the files that git knows or would know; without results."""
    listing = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    for name in listing.stdout.splitlines():
        if (ROOT / name).is_file():
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, target / name)
    return target
