"""Which worker runs a test, in which order; and a finished run that many tests share."""

import ast
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from xdist.scheduler import LoadScopeScheduling

from runs import TINY, copy_repository, snakemake

TESTS = Path(__file__).resolve().parent
# Fixtures of a session that are made once, and the group of tests that use them. Slurm, which has
# one place on a machine, is used beside the finished run.
SHARED = {"finished": "finished", "slurm": "finished", "trained_denoiser": "trained_denoiser"}
# What takes longest comes first, so that the workers end together.
FIRST = ("finished", "tests/workflow", "tests/services", "tests/unit/training")


@cache
def users_of(file: str) -> dict[str, str]:
    """Return the groups of the tests that use a shared fixture, or one of the file that does."""
    functions = [
        node
        for node in ast.walk(ast.parse((TESTS.parent / file).read_text()))
        if isinstance(node, ast.FunctionDef)
    ]
    asked = {node.name: {argument.arg for argument in node.args.args} for node in functions}
    users: dict[str, str] = {}
    for _ in asked:  # as long as a chain of fixtures can be
        for name, arguments in asked.items():
            for argument in arguments:
                if group := SHARED.get(argument) or users.get(argument):
                    users[name] = group
    return users


@pytest.fixture(scope="session")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the repository in which the tiny preset has run to its end.

    Tests that change a file of it put it back as it was, time of modification included.
    """
    repository = copy_repository(tmp_path_factory.mktemp("repository"))
    run = snakemake(repository, "--configfile", TINY)
    assert run.status == 0, run.output[-20_000:]
    return repository


def group_of(nodeid: str) -> str:
    """Return what keeps tests together: a shared fixture that they use, or their file."""
    file, _, name = nodeid.partition("::")
    return users_of(file).get(name.partition("[")[0], file)


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
    places = (place for place, start in enumerate(FIRST) if group.startswith(start))
    return next(places, len(FIRST))
