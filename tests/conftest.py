"""Which worker runs a test, in which order, and what a fast run leaves out."""

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
def group_of(file: str) -> str:
    """Return what keeps the tests of a file together: a shared fixture that it names, or itself."""
    text = (TESTS.parent / file).read_text()
    return next((name for name in SHARED if f"{name}:" in text or f"{name})" in text), file)


class GroupScheduling(LoadScopeScheduling):
    """Gives all tests of a group to one worker (pytest-xdist's own groups need an older pytest)."""

    def _split_scope(self, nodeid: str) -> str:
        return group_of(nodeid.partition("::")[0])


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> GroupScheduling:
    return GroupScheduling(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark tests by their folder, and put the groups that take longest first."""
    for item in items:
        folder = item.path.relative_to(TESTS).parts[0]
        if folder in ("services", "workflow"):
            item.add_marker(folder)
    items.sort(key=lambda item: _place(group_of(item.nodeid.partition("::")[0])))


def _place(group: str) -> int:
    places = (place for place, start in enumerate(FIRST) if group.startswith(start))
    return next(places, len(FIRST))
