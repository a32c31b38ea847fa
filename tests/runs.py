"""Runs of the real workflow, for the tests of the workflow and of the services."""

import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
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
    environment = dict(os.environ)
    if "--dry-run" in arguments:  # it runs no script, and coverage would make it half as slow again
        environment.pop("COVERAGE_PROCESS_CONFIG", None)
    done = subprocess.run(
        [sys.executable, "-m", "snakemake", "--cores", "2", *map(str, arguments)],
        cwd=repository,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    return Run(done.returncode, done.stdout)


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
