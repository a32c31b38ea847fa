"""Which worker runs a test, in which order; and a finished run that many tests share."""

import ast
import os
import shutil
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock
from xdist.scheduler import LoadScopeScheduling

from runs import TINY, copy_repository, snakemake

TESTS = Path(__file__).resolve().parent
# Fixtures of a session that a test may share, and what keeps such tests on one worker: there is
# one Slurm on a machine, a copy of the finished run for each worker, one network that is trained.
SHARED = {"slurm": "slurm", "finished": "finished", "trained_denoiser": "trained_denoiser"}
# What takes longest comes first, so that the workers end together; but what waits for the finished
# run comes once there is one.
FIRST = (
    "tests/workflow/test_tiny.py finished",
    "tests/workflow",
    "tests/services",
    "slurm",
    "finished",
    "tests/unit/training",
)


@cache
def users_of(file: str) -> dict[str, str]:
    """Return what the tests of a file share, themselves or by a fixture of the file."""
    functions = [
        node
        for node in ast.walk(ast.parse((TESTS.parent / file).read_text()))
        if isinstance(node, ast.FunctionDef)
    ]
    asked = {node.name: {argument.arg for argument in node.args.args} for node in functions}
    users: dict[str, str] = {}
    for _ in asked:  # as long as a chain of fixtures can be
        for name, arguments in asked.items():
            found = {SHARED.get(one) or users.get(one) for one in arguments}
            # A test of several fixtures belongs to the first of them.
            shared = [one for one in SHARED.values() if one in found]
            if shared:
                users[name] = shared[0]
    return users


def group_of(nodeid: str) -> str:
    """Return what keeps tests together: a fixture that they share, or their file, or both."""
    file, _, name = nodeid.partition("::")
    shared = users_of(file).get(name.partition("[")[0])
    if shared == "finished":
        return f"{file} {shared}"
    return shared or file


@pytest.fixture(scope="session")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the repository in which the tiny preset has run to its end.

    The run is made once; each worker has a copy of it. Tests that change a file of it put it back
    as it was, time of modification included.
    """
    base = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        base = base.parent  # of all workers
    begun, made, failure = (base / name for name in ("begun", "finished", "failure"))
    with FileLock(base / "finished.lock"):
        if not made.exists() and not failure.exists():
            shutil.rmtree(begun, ignore_errors=True)
            run = snakemake(copy_repository(begun), "--configfile", TINY)
            if run.status == 0:
                begun.rename(made)
            else:
                failure.write_text(run.output[-20_000:])
    assert not failure.exists(), failure.read_text()
    return shutil.copytree(made, tmp_path_factory.mktemp("run") / "repository", symlinks=True)


class GroupScheduling(LoadScopeScheduling):
    """Gives all tests of a group to one worker (pytest-xdist's own groups need an older pytest)."""

    def _split_scope(self, nodeid: str) -> str:
        return group_of(nodeid)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> GroupScheduling:
    return GroupScheduling(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark tests by their folder, and put the groups that take longest first."""
    for item in items:
        folder = item.path.relative_to(TESTS).parts[0]
        if folder in ("services", "workflow"):
            item.add_marker(folder)
    items.sort(key=lambda item: _place(group_of(item.nodeid)))


def _place(group: str) -> int:
    """Return the place of a group in the order."""
    if group.endswith(" finished") and group != FIRST[0]:
        return FIRST.index("finished")
    places = (place for place, start in enumerate(FIRST) if group.startswith(start))
    return next(places, len(FIRST))
