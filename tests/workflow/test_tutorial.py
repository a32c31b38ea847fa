"""The commands of docs/TUTORIAL.md, as they stand there, in an empty folder.

The shell blocks are run one after the other as one script, in a copy of the repository. Three words
mean something else there: `git` copies the repository instead of cloning it, `make` finds the
environment of the tests in the place of its own, and `snakemake` lays one more overlay over those
of the tutorial, which makes the run small. What the tutorial itself only dry-runs is dry-run here.
"""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from runs import ROOT, copy_repository, snakemake

SMALL = """
potential: {name: "ase.calculators.emt:EMT", fmax: 0.3, max_steps: 10}
known_phases: {chosen_by: null}
data: {shards: 1}
generate: {graphs: 20, shards: 1}
relax: {max_structures: 2, first: null, keep_unconverged: true, shards: 1}
dft: {candidates: 1}
hull: {few: 0.5}
"""
WORDS = """
set -euo pipefail
git() { [ "$1" = clone ] && cp -a "$COPY" "${@: -1}"; }
snakemake() {
    local arguments=() word
    for word in "$@"; do
        [ "$word" = -- ] && arguments+=("$SMALL")
        arguments+=("$word")
    done
    echo "+ snakemake $*"
    command snakemake "${arguments[@]}"
}
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty folder in which all commands but the last section's, which clears up, have run."""
    blocks = re.findall(
        r"^```bash\n(.*?)^```", (ROOT / "docs/TUTORIAL.md").read_text(), re.M | re.S
    )
    *commands, last = blocks
    assert last.startswith("rm -r ")
    copy = copy_repository(tmp_path_factory.mktemp("copy"))
    (copy / ".venv").symlink_to(Path(sys.prefix))
    small = tmp_path_factory.mktemp("overlay") / "small.yaml"
    small.write_text(SMALL)
    folder = tmp_path_factory.mktemp("empty")
    done = subprocess.run(
        ["bash", "-c", WORDS + "".join(commands)],
        cwd=folder,
        env={**os.environ, "COPY": str(copy), "SMALL": str(small)},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert done.returncode == 0, done.stdout[-20_000:]
    (folder / "output.txt").write_text(done.stdout)
    (folder / "last.sh").write_text(last)
    return folder / "ccdcgan"


def test_a_hull_of_the_system_stands_at_the_end(folder: Path) -> None:
    table = pd.read_csv(folder / "al-ni/results/hull/Al-Ni/hull.csv")
    assert {"known", "ccdcgan"} == set(table["source"])  # no prototype
    # Which compounds are near the hull of this test's potential is its own affair.
    known = table[table["source"] == "known"]
    assert known["id"].str.startswith("mp-").any() and {"Al", "Ni"} <= set(known["formula"])
    assert set(table["formula"].str.replace(r"\d", "", regex=True)) <= {"Al", "Ni", "AlNi"}
    assert "<svg" in (folder / "al-ni/results/hull/Al-Ni/hull.svg").read_text()


def test_what_the_reader_prints_is_there(folder: Path) -> None:
    output = (folder.parent / "output.txt").read_text()
    assert re.search(r"^graphs,20$", output, re.M)
    assert re.search(r"^ *ccdcgan-0000\d\d +\w+ +\d+ ", output, re.M)
    assert len(list((folder / "al-ni/cifs").glob("*.cif"))) == 2


def test_narrower_compositions_rerun_the_graphs_and_keep_the_known_phases(folder: Path) -> None:
    output = (folder.parent / "output.txt").read_text()
    (told,) = re.findall(r"^\+ snakemake .* narrow\.yaml .*\n((?:(?!\+ ).*\n)*)", output, re.M)
    jobs = set(re.findall(r"^(\w+) +\d+$", told, re.M))
    assert {"generate_graphs", "build_hull"} <= jobs
    assert (
        not {"read_known_phases", "relax_elements", "relax_known_phases", "merge_structures"} & jobs
    )


def test_decks_of_all_engines_are_written(folder: Path) -> None:
    decks = (folder / "al-ni/results/dft/Al-Ni/decks").iterdir()
    (deck,) = [path for path in decks if path.is_dir()]
    assert {"vasp", "espresso", "gpaw", "README.md"} <= {path.name for path in deck.iterdir()}


def test_statistics_need_no_training_part(folder: Path, tmp_path: Path) -> None:
    """All known phases are in the test part where nothing is trained."""
    (tmp_path / "small.yaml").write_text(SMALL)
    overlays = ("presets/generate.yaml", "mine.yaml", tmp_path / "small.yaml")
    run = snakemake(
        folder, "--directory", folder / "al-ni", "--configfile", *overlays, "--", "statistics"
    )
    assert run.status == 0, run.output[-20_000:]
    assert "generate_graphs" not in run.jobs
    results = folder / "al-ni/results"
    assert "no training part" in (results / "statistics/properties.svg").read_text()
    found = json.loads((results / "statistics/ccdcgan.json").read_text())
    assert found["measures"]["graphs"]["value"] == 20


def test_the_last_step_clears_up(folder: Path, tmp_path: Path) -> None:
    script = (folder.parent / "last.sh").read_text()
    copy = tmp_path / "ccdcgan"
    shutil.copytree(folder, copy, symlinks=True)
    subprocess.run(["bash", "-ec", script], cwd=copy, check=True)
    gone = {path.name for path in folder.iterdir()} - {path.name for path in copy.iterdir()}
    assert gone == {"al-ni", "mine.yaml", "narrow.yaml", "own.yaml"}
