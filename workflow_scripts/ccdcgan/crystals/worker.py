"""The potential in a process of its own, so that a crystal can end that process and no run.

On some crystals a potential dies (a segmentation fault, no memory left) or never answers, and does
so again whenever it is asked. Here it is asked in a worker process with limits of time and memory;
what ends the worker twice is an outcome of the crystal like any other.
"""

import ctypes
import logging
import os
import resource
import signal
import subprocess
import sys
import time
import traceback
from multiprocessing.connection import Connection, Pipe
from pathlib import Path
from typing import Any

from pymatgen.core import Structure

from ccdcgan.core.errors import InputError
from ccdcgan.core.settings.hardware import RelaxationLimits
from ccdcgan.core.settings.limits import MB
from ccdcgan.core.settings.potential import PotentialSettings
from ccdcgan.crystals.potential import Relaxation, load_calculators

logger = logging.getLogger(__name__)
ATTEMPTS = 2
PAUSE = 0.1
"""s; between two looks at the memory of the worker."""
LOADING = 600.0
"""s; for a worker to start, with its potential."""
START = "from ccdcgan.crystals.worker import serve; serve()"
PR_SET_PDEATHSIG = 1  # of prctl(2)


class _EndedError(Exception):
    """The worker is no more, or was ended here."""


class Worker:
    """Relaxes crystals as `potential.Calculators` does, in a process of its own.

    potential, first, energies_only: as `load_calculators` takes them. limits: minutes of one
    crystal, and MB of memory of the worker (measured where there is /proc). A crystal that ends the
    worker twice has a NaN energy and the reason as `failure`. The worker ends with this process.
    """

    def __init__(
        self,
        potential: PotentialSettings,
        first: str | None,
        limits: RelaxationLimits,
        *,
        energies_only: bool = False,
    ) -> None:
        self._settings, self._limits = (potential, first, energies_only), limits
        self._process: subprocess.Popen[bytes] | None = None
        self._connection: Connection | None = None

    def energy(self, structure: Structure) -> float:
        """Return the energy of a crystal as it stands in eV/atom; NaN where it has none."""
        answer = self._ask("energy", structure, {})
        return float("nan") if isinstance(answer, Relaxation) else answer

    def measure(self, structure: Structure, **told: Any) -> tuple[float, Relaxation]:
        """Return the energy (eV/atom) of a crystal as it stands, and its relaxation."""
        answer = self._ask("measure", structure, told)
        return (float("nan"), answer) if isinstance(answer, Relaxation) else answer

    def relax(self, structure: Structure, **told: Any) -> Relaxation:
        """Relax a crystal; see `potential.relax_in_turn`."""
        return self._ask("relax", structure, told)

    def close(self) -> None:
        """End the worker; it starts again when it is asked again."""
        if self._process:
            self._process.kill()
            self._process.wait()
        if self._connection:
            self._connection.close()
        self._process = self._connection = None

    def _ask(self, method: str, structure: Structure, told: dict[str, Any]) -> Any:
        reason = ""
        for _ in range(ATTEMPTS):
            connection = self._started()
            try:
                connection.send((method, structure, told))
                found = self._answer(connection, 60 * self._limits.minutes)
            except (_EndedError, BrokenPipeError) as error:
                reason = str(error) or "it has ended"
                logger.warning("%s ends the potential: %s", structure.formula, reason)
                self.close()
                continue
            if isinstance(found, str):  # a defect, with its traceback
                raise RuntimeError(found)
            return found
        failure = f"the potential ended {ATTEMPTS} times: {reason}"
        return Relaxation(structure, float("nan"), False, 0, failure)

    def _started(self) -> Connection:
        if self._connection:
            return self._connection
        self._connection, theirs = Pipe()
        environment = dict(os.environ, PYTHONPATH=os.pathsep.join(filter(None, sys.path)))
        self._process = subprocess.Popen(
            [sys.executable, "-c", START, str(theirs.fileno())],
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=sys.stderr.fileno() if _has_descriptor(sys.stderr) else None,
            pass_fds=[theirs.fileno()],
        )
        theirs.close()
        self._connection.send(self._settings)
        try:
            found = self._answer(self._connection, LOADING)
        except _EndedError as error:
            self.close()
            raise InputError(
                f"config potential.name: {self._settings[0].name} ended while it was loaded: "
                f"{error}; raise hardware.relaxation"
            ) from None
        if isinstance(found, Exception):
            self.close()
            raise found
        return self._connection

    def _answer(self, connection: Connection, seconds: float) -> Any:
        """Wait for an answer. Raises `_EndedError` with the reason why there is none."""
        assert self._process is not None
        end = time.monotonic() + seconds
        while not connection.poll(PAUSE):
            if time.monotonic() > end:
                raise _EndedError(f"no answer within {seconds / 60:g} minutes")
            if (used := _memory(self._process.pid)) > self._limits.memory:
                raise _EndedError(f"{used:.0f} MB of memory, of at most {self._limits.memory}")
        try:
            return connection.recv()
        except (EOFError, ConnectionResetError):
            status = self._process.wait()
            if status < 0:
                raise _EndedError(f"killed by {signal.Signals(-status).name}") from None
            raise _EndedError(f"it ended with status {status}") from None


def _has_descriptor(stream: Any) -> bool:
    try:
        stream.fileno()
    except (AttributeError, OSError, ValueError):
        return False
    return True


def _memory(process: int) -> float:
    """Measure the memory of a process in MB; 0 where it cannot be told."""
    try:
        pages = int(Path(f"/proc/{process}/statm").read_text(encoding="ascii").split()[1])
    except (OSError, IndexError, ValueError):
        return 0.0
    return pages * resource.getpagesize() / MB


def serve() -> None:
    """Answer, in the worker, what the process that has started it asks, until that ends."""
    if sys.platform == "linux":  # a relaxation may take long to notice that nobody waits for it
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    connection = Connection(int(sys.argv[1]))
    try:
        potential, first, energies_only = connection.recv()
        calculators = load_calculators(potential, first, energies_only=energies_only)
        if not energies_only:
            import matcalc  # noqa: F401 (here, since the time of the first crystal is limited)
    except InputError as error:
        connection.send(error)
        return
    connection.send("ready")
    while True:
        try:
            method, structure, told = connection.recv()
        except EOFError:
            return
        try:
            answer = getattr(calculators, method)(structure, **told)
        except MemoryError:
            raise
        except Exception:
            answer = traceback.format_exc()
        connection.send(answer)
