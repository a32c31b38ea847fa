"""What ends a potential twice is the outcome of one crystal; the others are what they were."""

import math
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from ase.calculators.emt import EMT
from pymatgen.core import Lattice, Structure

from builders.settings import SECTIONS, changed
from ccdcgan.core.errors import InputError
from ccdcgan.crystals.potential import Calculators
from ccdcgan.crystals.worker import Worker
from runs import ROOT

TOLD = {"fmax": 0.05, "max_steps": 5}
LIMITS = changed(SECTIONS.hardware.relaxation, minutes=0.5, memory=1500)


def copper(atoms: int) -> Structure:
    """A row of copper atoms, not quite at rest."""
    coords = [[0.01 * (n % 2), 0, n / atoms] for n in range(atoms)]
    return Structure(Lattice.orthorhombic(2.6, 2.7, 2.6 * atoms), ["Cu"] * atoms, coords)


def worker_of(folder: Path, name: str = "builders.deadly:make", **limits: float) -> Worker:
    arguments = {"folder": str(folder)} if name.endswith("make") else {}
    potential = changed(SECTIONS.potential, name=name, arguments=arguments)
    return Worker(potential, None, changed(LIMITS, **limits))


@pytest.fixture
def worker(tmp_path: Path) -> Iterator[Worker]:
    made = worker_of(tmp_path)
    yield made
    made.close()


def test_a_worker_gives_what_the_potential_gives_here(worker: Worker) -> None:
    before, outcome = worker.measure(copper(2), **TOLD)
    expected, same = Calculators(EMT()).measure(copper(2), **TOLD)
    assert before == expected and math.isfinite(before)
    assert outcome.energy_per_atom == same.energy_per_atom and outcome.steps == same.steps
    assert outcome.structure == same.structure
    assert worker.relax(copper(2), **TOLD).energy_per_atom == same.energy_per_atom
    assert worker.energy(copper(2)) == expected


def test_the_energy_of_a_crystal_that_ends_the_potential_is_missing_and_the_others_are_not(
    worker: Worker,
) -> None:
    assert math.isnan(worker.energy(copper(6)))
    assert worker.energy(copper(2)) == Calculators(EMT()).energy(copper(2))


@pytest.mark.parametrize(
    ("atoms", "limits", "reason"),
    [
        (6, {}, "killed by SIGSEGV"),
        (7, {"minutes": 0.02}, "no answer within 0.02 minutes"),
        (8, {}, "MB of memory, of at most 1500"),
    ],
)
def test_a_crystal_that_ends_the_potential_twice_fails_and_the_others_go_on(
    atoms: int, limits: dict[str, float], reason: str, tmp_path: Path, caplog
) -> None:
    worker = worker_of(tmp_path, **limits)
    before, outcome = worker.measure(copper(atoms), **TOLD)
    assert math.isnan(before) and math.isnan(outcome.energy_per_atom)
    assert outcome.failure is not None
    assert outcome.failure.startswith("the potential ended 2 times: ") and reason in outcome.failure
    assert outcome.structure == copper(atoms)
    assert len([one for one in caplog.records if "ends the potential" in one.getMessage()]) == 2
    assert worker.relax(copper(2), **TOLD).failure is None
    worker.close()


def test_a_crystal_that_ends_it_once_is_asked_again(worker: Worker) -> None:
    assert worker.relax(copper(9), **TOLD).failure is None


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("builders.deadly:wrong", "gives a str, no ASE calculator"),
        ("builders.deadly:nothing", "leads to no calculator"),
    ],
)
def test_a_potential_that_cannot_be_loaded_is_one_line(
    name: str, message: str, tmp_path: Path
) -> None:
    with pytest.raises(InputError, match=message):
        worker_of(tmp_path, name).relax(copper(2), **TOLD)


def test_a_potential_that_needs_more_memory_than_it_may_have_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"ended while it was loaded: .* raise hardware\.relaxat"):
        worker_of(tmp_path, memory=20).relax(copper(2), **TOLD)


def test_a_worker_ends_with_the_process_that_started_it(tmp_path: Path) -> None:
    script = textwrap.dedent("""\
        import sys
        import time

        sys.path[:0] = sys.argv[2:]
        from builders.settings import SECTIONS, changed
        from ccdcgan.crystals.worker import Worker

        potential = changed(
            SECTIONS.potential, name="builders.deadly:make", arguments={"folder": sys.argv[1]}
        )
        worker = Worker(potential, None, SECTIONS.hardware.relaxation)
        worker._started()
        print(worker._process.pid, flush=True)
        time.sleep(600)
        """)
    command = [sys.executable, "-c", script, tmp_path, ROOT / "workflow_scripts", ROOT / "tests"]
    job = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert job.stdout is not None
    process = int(job.stdout.readline())
    assert Path(f"/proc/{process}").exists()
    job.send_signal(signal.SIGKILL)
    job.wait()
    end = time.monotonic() + 30
    while _runs(process) and time.monotonic() < end:
        time.sleep(0.1)
    assert not _runs(process)


def _runs(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False
