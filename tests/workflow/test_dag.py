"""What runs again after a change: just what the change concerns."""

import os
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import pytest

from runs import TINY, Run, copy_repository, snakemake

TARGETS = (
    *("data", "voxels", "autoencoder", "graphs", "constraint", "gan", "generate"),
    *("decode", "screen", "relax", "hull", "summary", "dft", "report"),
)


def dry_run(repository: Path, *arguments: str | Path) -> Run:
    run = snakemake(repository, "--dry-run", *arguments)
    assert run.status == 0, run.output[-20_000:]
    return run


def overlaid(repository: Path, tmp_path: Path, overlay: str) -> Run:
    """A dry run with an overlay on top of the tiny preset."""
    (tmp_path / "overlay.yaml").write_text(overlay)
    return dry_run(repository, "--configfile", TINY, tmp_path / "overlay.yaml")


@contextmanager
def appended(path: Path, text: str) -> Iterator[None]:
    """The file with `text` at its end; afterwards as it was, time included."""
    saved, stat = path.read_text(), path.stat()
    path.write_text(saved + text)
    try:
        yield
    finally:
        path.write_text(saved)
        os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns))


@pytest.fixture(scope="module")
def jobs_of(
    finished: Path, tmp_path_factory: pytest.TempPathFactory
) -> Callable[..., dict[str, int]]:
    """The jobs of targets in an empty folder; asked of Snakemake once."""
    arguments = ["--directory", tmp_path_factory.mktemp("empty"), "--configfile", finished / TINY]

    @cache
    def jobs(*targets: str, overlay: Path | None = None) -> dict[str, int]:
        return dry_run(finished, *targets, *arguments, *([overlay] if overlay else [])).jobs

    return jobs


def test_stages_are_targets(finished: Path) -> None:
    """Of the finished run; a name that is none would be an error, a stale one would have jobs."""
    assert "Nothing to be done" in dry_run(finished, *TARGETS, "--configfile", TINY).output


def test_default_target_is_every_stage(jobs_of: Callable[..., dict[str, int]]) -> None:
    """The default run in an empty folder holds the jobs of all targets together."""
    everything, stages = jobs_of(), jobs_of(*TARGETS)
    assert set(TARGETS) <= set(stages)
    assert set(everything) - set(TARGETS) - {"all"} == set(stages) - set(TARGETS)


def test_augmentation_trains_two_arms_on_shared_graphs(
    jobs_of: Callable[..., dict[str, int]], tmp_path: Path
) -> None:
    """Apart from the default run: two of each network that sees the training set."""
    (tmp_path / "overlay.yaml").write_text("augmentation: {seeds: [5, 8]}")
    jobs = jobs_of("augmentation", overlay=tmp_path / "overlay.yaml")
    trained = {"train_arm_denoiser": 2, "train_arm_constraint": 2, "train_arm_gan": 2}
    each_seed = {"generate_arm_graphs": 4, "decode_arm_graphs": 4, "find_known": 4}
    own = trained | each_seed | {"split_arms": 1, "compare_arms": 1}
    shared = jobs_of("graphs")
    assert own.items() <= jobs.items()
    known = {"relax_elements", "relax_known_phases"}
    assert set(jobs) - set(own) <= set(shared) | known | {"augmentation"}
    assert jobs["train_autoencoder"] == shared["train_autoencoder"]
    assert not set(own) & set(jobs_of())


def test_changed_weight_reruns_the_gan_and_what_follows(
    finished: Path, jobs_of: Callable[..., dict[str, int]], tmp_path: Path
) -> None:
    overlay = """
        constraint:
          properties: [{name: formation_energy_per_atom, weight: 0.2, goal: minimise}]
    """
    run = overlaid(finished, tmp_path, overlay)
    trained, before = jobs_of("gan"), jobs_of("constraint")
    (gan,) = set(trained) - set(before) - {"gan"}
    assert gan in run.jobs
    assert not set(run.jobs) & set(before)
    # The other variant follows no constraint.
    assert run.jobs[gan] == 1
    assert {"build_hull", "make_decks"} <= set(run.jobs)


FUNCTION = "\n\ndef changed():\n    return 1\n"


def test_changed_library_function_reruns_the_rules_that_import_it(finished: Path) -> None:
    library = finished / "workflow_scripts" / "ccdcgan"
    with appended(library / "dft" / "gpaw.py", FUNCTION):
        run = dry_run(finished, "--configfile", TINY)
    rerun = {job for job in run.jobs if job != "all"}
    assert rerun == {"make_decks", "list_candidates"}
    assert "gpaw.py" in run.output


def test_changed_script_reruns_its_rule(finished: Path) -> None:
    with appended(finished / "workflow_scripts" / "make_table1.py", FUNCTION):
        run = dry_run(finished, "--configfile", TINY)
    assert set(run.jobs) == {"make_table1", "all"}


@pytest.mark.parametrize("name", ["make_decks.py", "ccdcgan/dft/gpaw.py", "ccdcgan/core/jobs.py"])
def test_changed_comment_reruns_nothing(finished: Path, name: str) -> None:
    with appended(finished / "workflow_scripts" / name, "\n# changed\n"):
        assert "Nothing to be done" in dry_run(finished, "--configfile", TINY).output


def test_nothing_reruns_in_another_place(finished: Path, tmp_path: Path) -> None:
    """A clone copied with its results; then also with code that was checked out anew."""
    elsewhere = shutil.copytree(finished, tmp_path / "elsewhere", symlinks=True)
    assert "Nothing to be done" in dry_run(elsewhere, "--configfile", TINY).output
    for path in [elsewhere / "Snakefile", *(elsewhere / "workflow_scripts").rglob("*.py")]:
        path.touch()
    assert "Nothing to be done" in dry_run(elsewhere, "--configfile", TINY).output


def test_nothing_reruns_after_a_move_of_the_workflow_alone(tmp_path: Path) -> None:
    """The results stand in a folder of their own; shipped networks come with the workflow."""
    targets = [
        "results/constraint/formation_energy_per_atom/model.keras",
        "results/denoiser/model.keras",
        "results/templates/crystals.parquet",
    ]
    arguments = ["--directory", tmp_path / "run", "--configfile"]
    first = copy_repository(tmp_path / "first")
    run = snakemake(first, *arguments, first / "presets/generate.yaml", "--", *targets)
    assert run.status == 0, run.output[-20_000:]
    assert set(run.jobs) == {"install_constraint", "install_denoiser", "install_templates"}
    moved = first.rename(tmp_path / "moved")
    run = dry_run(moved, *arguments, moved / "presets/generate.yaml", "--", *targets)
    assert "Nothing to be done" in run.output


CONDA = """\
#!/bin/sh
# Answers what Snakemake asks of conda; an environment is a folder, and programs are those of PATH.
case "$*" in
    "info --json") echo '{{"conda_prefix": "{prefix}", "platform": "linux-64"}}' ;;
    "--version") echo "conda 99.0.0" ;;
    "config --get channel_priority --json") echo '{{"get": {{"channel_priority": "strict"}}}}' ;;
    "clean "*) ;;
    *) while [ "$1" != --prefix ]; do shift; done; mkdir -p "$2/bin" ;;
esac
"""


def test_nothing_reruns_after_a_move_whose_conda_environments_stay(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    programs = tmp_path / "conda" / "bin"
    programs.mkdir(parents=True)
    (programs / "activate").touch()
    (programs / "conda").write_text(CONDA.format(prefix=programs.parent))
    (programs / "conda").chmod(0o755)
    path = [str(programs), str(Path(sys.executable).parent), os.environ["PATH"]]
    monkeypatch.setenv("PATH", os.pathsep.join(path))
    first = copy_repository(tmp_path / "first")
    target = ("--configfile", "presets/generate.yaml", "--", "results/denoiser/model.keras")
    for place, moved, repeated in (
        (("--conda-prefix", tmp_path / "environments"), tmp_path / "second", False),
        ((), tmp_path / "third", True),
    ):
        told = ("--software-deployment-method", "conda", *place, *target)
        run = snakemake(first, "--forceall", *told)
        assert run.status == 0, run.output[-20_000:]
        first = first.rename(moved)
        assert ("Nothing to be done" in dry_run(first, *told).output) is not repeated


def test_new_system_leaves_the_labels_of_the_other(finished: Path, tmp_path: Path) -> None:
    run = overlaid(finished, tmp_path, "systems: [Cd-Li, Al-Ni]")
    labelled = run.wildcards("unit")
    assert "Al-Ni" in labelled
    assert not labelled & {"Cd-Li", "Cd", "Li"}
