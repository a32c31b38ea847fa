"""Which worker runs a test, in which order, and what a fast run leaves out."""

import ast
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from xdist.scheduler import LoadScopeScheduling

TESTS = Path(__file__).resolve().parent
SHARED = ("finished", "slurm", "trained_denoiser")
"""Fixtures of a session that are made once; Slurm has one place on a machine."""
# What takes longest comes first, so that the workers end together.
FIRST = ("finished", "slurm", "tests/workflow", "tests/unit/training")


@cache
def users_of(file: str) -> dict[str, str]:
    """Return which tests of a file use a shared fixture, themselves or by a fixture of the file."""
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
                if argument in SHARED or argument in users:
                    users[name] = users.get(argument, argument)
    return users


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
