"""Which worker runs a test, in which order, and what a fast run leaves out."""

from pathlib import Path

import pytest

TESTS = Path(__file__).resolve().parent
# What takes longest comes first, so that the workers end together.
FIRST = ("finished", "slurm", "workflow", "unit/training")


@pytest.hookimpl(tryfirst=True)  # before xdist reads the groups
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark tests by their folder, and keep those together that share what is made once.

    A group stays on one worker of `pytest --dist loadgroup`: the tests of the finished run and
    those of Slurm, which has one place for its configuration; else those of a file.
    """
    for item in items:
        path = item.path.relative_to(TESTS)
        if path.parts[0] in ("services", "workflow"):
            item.add_marker(path.parts[0])
        if item.get_closest_marker("xdist_group") is None:
            shared = {"finished", "slurm"} & set(getattr(item, "fixturenames", ()))
            item.add_marker(pytest.mark.xdist_group(min(shared, default=path.as_posix())))
    items.sort(key=lambda item: _place(item.get_closest_marker("xdist_group").args[0]))


def _place(group: str) -> int:
    places = (place for place, start in enumerate(FIRST) if group.startswith(start))
    return next(places, len(FIRST))
