"""The tiny preset, up to the graphs, through profiles/slurm on a real Slurm."""

import re
from pathlib import Path

import pytest

from runs import TINY, copy_repository, snakemake


@pytest.mark.slurm
@pytest.mark.timeout(600)
def test_graphs_through_slurm(slurm: Path, tmp_path: Path) -> None:
    repository = copy_repository(tmp_path)
    run = snakemake(
        repository,
        "graphs",
        *("--profile", "profiles/slurm", "--configfile", TINY, "--jobs", "4"),
        *("--seconds-between-status-checks", "1", "--slurm-init-seconds-before-status-checks", "1"),
    )
    assert run.status == 0, run.output[-20_000:]
    graphs = list((repository / "results" / "graphs").glob("*.h5"))
    assert graphs
    submitted = re.findall(r"has been submitted with SLURM jobid (\d+)", run.output)
    # All jobs but the target itself went to Slurm, the small ones together.
    assert 0 < len(submitted) < sum(run.jobs.values()) - 1
    assert (slurm / "slurmctld.log").read_text().count("JobId=") >= len(submitted)
