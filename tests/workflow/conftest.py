"""One finished run of the whole workflow for all tests of this folder."""

from pathlib import Path

import pytest

from runs import TINY, copy_repository, snakemake


@pytest.fixture(scope="session")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the repository in which the tiny preset has run to its end.

    Tests that change a file of it put it back as it was, time of modification included.
    """
    repository = copy_repository(tmp_path_factory.mktemp("repository"))
    run = snakemake(repository, "--configfile", TINY)
    assert run.status == 0, run.output[-20_000:]
    return repository
