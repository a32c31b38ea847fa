"""Runs of decks: restarts, limits and failures, with real relaxations."""

import json
import sys
from pathlib import Path

import ase.io
import pandas as pd
import psutil
import pytest
from ase.build import bulk
from ase.test import testdata
from pymatgen.io.ase import AseAtomsAdaptor

from builders.decks import COPPER, ESPRESSO
from builders.settings import changed
from ccdcgan.core.errors import InputError
from ccdcgan.core.settings.dft import RunSettings
from ccdcgan.dft.gpaw import write_gpaw
from ccdcgan.dft.run import Command, check_hubbard, engine_command, run_calculation, run_deck
from ccdcgan.dft.vasp import write_vasp

COMMANDS = {"gpaw": None, "espresso": "pw.x", "vasp": "vasp_std"}
RUN_SETTINGS = RunSettings.model_validate(
    {
        "engine": "gpaw",
        "timeout": 2,
        "threads": 1,
        "commands": COMMANDS,
        "espresso": ESPRESSO,
    }
)
RELAX = Command([sys.executable, "relax.py"], {"OMP_NUM_THREADS": "1"}, 2)
EMT = """\
from ase.calculators.emt import EMT

__version__ = "0"
PW = float


def GPAW(**_):
    return EMT()
"""


def with_command(engine: str, command: str) -> RunSettings:
    """Settings of runs that start an engine by another command."""
    return changed(RUN_SETTINGS, commands=COMMANDS | {engine: command})


def emt_deck(folder: Path, name: str = "ccdcgan-000001", **changes: str) -> Path:
    """GPAW's deck of a strained copper cell, with a potential of a millisecond in GPAW's place."""
    write_gpaw(COPPER, folder, name=name, spacing=1.0)
    text = (folder / "relax.py").read_text()
    swaps = {"from gpaw import GPAW, PW, __version__\n": EMT, **changes}
    for old, new in swaps.items():
        assert old in text
        text = text.replace(old, new)
    (folder / "relax.py").write_text(text)
    return folder


def killed(when: str) -> dict[str, str]:
    """A change of the deck: it kills itself in the second step, before that is saved."""
    kill = f"""\
import os
if {when}:
    optimiser.attach(lambda: optimiser.nsteps < 2 or os.kill(os.getpid(), 9))
"""
    return {"optimiser.attach(save)\n": kill + "optimiser.attach(save)\n"}


def test_a_deck_runs_to_its_end_and_not_again(tmp_path: Path) -> None:
    deck = emt_deck(tmp_path / "deck")
    row, outcome = run_deck(deck, tmp_path / "run", "gpaw", RELAX)
    assert (row["status"], row["attempts"], row["engine"]) == ("converged", 1, "GPAW 0")
    assert row["max_force"] < 0.05
    first = ase.io.read(tmp_path / "run" / "first.traj").get_potential_energy() / 3
    assert row["released"] == pytest.approx(first - row["energy_per_atom"])
    assert row["released"] > 0.01  # the cell is strained
    assert outcome.atoms is not None and len(outcome.atoms) == 3
    again, _ = run_deck(deck, tmp_path / "run", "gpaw", RELAX)
    assert again["attempts"] == 0
    assert again["energy_per_atom"] == row["energy_per_atom"]
    (deck / "relax.py").write_text((deck / "relax.py").read_text() + "# changed\n")
    assert run_deck(deck, tmp_path / "run", "gpaw", RELAX)[0]["attempts"] == 1


def test_an_id_is_no_code(tmp_path: Path) -> None:
    name = '"+str(__import__("pathlib").Path("ran").touch())+"'
    row, _ = run_deck(emt_deck(tmp_path / "deck", name), tmp_path / "run", "gpaw", RELAX)
    assert row["status"] == "converged"
    assert json.loads((tmp_path / "run" / "results.json").read_text())["id"] == name
    assert not (tmp_path / "run" / "ran").exists()


def test_a_program_does_not_inherit_the_key(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MP_API_KEY", "k3y" + "0" * 29)
    monkeypatch.setenv("ESPRESSO_PSEUDO", "/pseudo")
    deck = tmp_path / "deck"
    deck.mkdir()
    (deck / "relax.py").write_text(
        "import json, os\njson.dump(dict(os.environ), open('environment.json', 'w'))\n"
    )
    run_deck(deck, tmp_path / "run", "gpaw", RELAX)
    found = json.loads((tmp_path / "run" / "environment.json").read_text())
    assert found["ESPRESSO_PSEUDO"] == "/pseudo" and found["OMP_NUM_THREADS"] == "1"
    assert "MP_API_KEY" not in found and "k3y" not in str(found)


def test_a_killed_run_goes_on_from_its_last_state(tmp_path: Path) -> None:
    deck = emt_deck(tmp_path / "deck", **killed("not last.exists()"))
    row, _ = run_deck(deck, tmp_path / "run", "gpaw", RELAX)
    assert (row["status"], row["attempts"]) == ("converged", 2)
    lines = (tmp_path / "run" / "relax.log").read_text().splitlines()
    steps = [line.split()[1:4:2] for line in lines if line.startswith("CellAwareBFGS")]
    restart = [number for number, _ in steps].index("0", 1)
    assert float(steps[restart][1]) == pytest.approx(float(steps[restart - 2][1]), abs=1e-5)
    # What it released counts from the first start.
    assert row["released"] == pytest.approx(
        float(steps[0][1]) / 3 - row["energy_per_atom"], abs=1e-5
    )


def test_a_run_that_dies_twice_is_a_row_with_its_last_energy(tmp_path: Path) -> None:
    deck = emt_deck(tmp_path / "deck", **killed("True"))
    row, _ = run_deck(deck, tmp_path / "run", "gpaw", RELAX)
    assert (row["status"], row["attempts"]) == ("failed: killed by signal 9", 2)
    assert row["energy_per_atom"] is not None


def test_a_run_that_does_not_converge_is_a_row(tmp_path: Path) -> None:
    deck = emt_deck(tmp_path / "deck", **{"steps=100": "steps=1"})
    row, _ = run_deck(deck, tmp_path / "run", "gpaw", RELAX)
    assert row["status"] == "not converged: forces or stress too large after 1 steps"
    assert row["attempts"] == 2


def test_the_limit_ends_a_run_and_all_that_it_started(tmp_path: Path) -> None:
    deck = tmp_path / "deck"
    deck.mkdir()
    (deck / "relax.py").write_text(
        "import subprocess\n"
        "child = subprocess.Popen(['sleep', '600'], start_new_session=True)\n"
        "open('pid', 'w').write(str(child.pid))\n"
        "child.wait()\n"
    )
    row, _ = run_deck(
        deck, tmp_path / "run", "gpaw", Command([sys.executable, "relax.py"], {}, 0.02)
    )
    assert (row["status"], row["attempts"]) == ("failed: timed out after 0.02 minutes", 2)
    pid = int((tmp_path / "run" / "pid").read_text())
    _, alive = psutil.wait_procs([psutil.Process(pid)] if psutil.pid_exists(pid) else [], 10)
    assert all(process.status() == psutil.STATUS_ZOMBIE for process in alive)


def test_an_error_of_the_engine_is_the_reason(tmp_path: Path) -> None:
    deck = emt_deck(tmp_path / "deck", **{"moments =": "raise ValueError('bad cell')\nmoments ="})
    row, _ = run_deck(deck, tmp_path / "run", "gpaw", RELAX)
    assert row["status"] == "failed: ValueError: bad cell"
    assert (row["energy_per_atom"], row["released"]) == (None, None)


def test_a_crystal_without_a_deck_is_a_row(tmp_path: Path) -> None:
    crystal, outcome = run_calculation(
        "Po",
        [str(tmp_path)],
        str(tmp_path / "Po"),
        "gpaw",
        with_command("gpaw", sys.executable),
    )
    assert list(crystal) == ["Po"] and crystal.structures() == {}
    assert crystal["status"][0].startswith("failed: no input deck")
    outcome.write(tmp_path / "Po.extxyz", "Po")
    assert (tmp_path / "Po.extxyz").read_text() == ""


@pytest.mark.parametrize(
    ("engine", "message"),
    [
        ("gpaw", r"'no-such' of dft\.commands\.gpaw is missing: make engines"),
        ("espresso", r"'no-such' of dft\.commands\.espresso is missing: apt-get install quantum-"),
        ("vasp", r"'no-such' of dft\.commands\.vasp is missing: VASP needs a licence"),
    ],
)
def test_a_missing_program_is_one_line(engine: str, message: str) -> None:
    with pytest.raises(InputError, match=message) as caught:
        engine_command(engine, with_command(engine, "no-such -n {threads}"))
    assert "\n" not in str(caught.value)


def test_an_espresso_without_the_u_of_a_calculation_is_refused(tmp_path: Path) -> None:
    program = tmp_path / "pw.x"
    program.write_text("#!/bin/sh\necho '     Program PWSCF v.6.7MaX starts'\nexit 1\n")
    program.chmod(0o755)
    settings = with_command("espresso", str(program))
    settings = changed(settings, espresso=ESPRESSO | {"folder": str(tmp_path)})
    with_u = pd.DataFrame({"hubbard_u": ["none", "Co 3.32 eV"]})
    with pytest.raises(InputError, match=r"pw\.x 6\.7MaX leaves out the HUBBARD card"):
        check_hubbard("espresso", settings, with_u)
    check_hubbard("espresso", settings, with_u[:1])
    check_hubbard("gpaw", settings, with_u)


def test_missing_pseudopotentials_are_one_line(tmp_path: Path) -> None:
    settings = with_command("espresso", sys.executable)
    settings = changed(settings, espresso=ESPRESSO | {"folder": str(tmp_path / "none")})
    with pytest.raises(InputError, match=r"none' is no folder of pseudopotentials"):
        engine_command("espresso", settings)


def test_cores_reach_the_command() -> None:
    settings = with_command("gpaw", f"{sys.executable} -n {{threads}} python")
    command = engine_command("gpaw", changed(settings, threads=4))
    assert command.arguments == [sys.executable, "-n", "4", "python", "relax.py"]
    assert command.environment["OMP_NUM_THREADS"] == "1"


STAND_IN = """\
#!{python}
# What VASP would leave: a real vasprun.xml of diamond, the cell unchanged.
import shutil
shutil.copy({vasprun!r}, "vasprun.xml")
shutil.copy("POSCAR", "CONTCAR")
for name in ("OUTCAR", "OSZICAR"):
    open(name, "w").write("done\\n")
"""


def test_vasp_under_custodian_with_a_stand_in(tmp_path: Path) -> None:
    """VASP itself needs a licence; everything around it is real."""
    diamond = AseAtomsAdaptor.get_structure(bulk("C", a=3.57))
    write_vasp(diamond, tmp_path / "deck")
    program = tmp_path / "vasp_std"
    vasprun = Path(next(iter(testdata.__path__))) / "vasp" / "vasprun_pstress.xml"
    program.write_text(STAND_IN.format(python=sys.executable, vasprun=str(vasprun)))
    program.chmod(0o755)
    command = Command([sys.executable, "run.py", str(program)], {}, 2)
    row, outcome = run_deck(tmp_path / "deck", tmp_path / "run", "vasp", command)
    assert (row["status"], row["engine"], row["functional"]) == ("converged", "VASP 6.3.0", "PBE")
    assert row["energy_per_atom"] == pytest.approx(-20.24010135 / 2)
    assert row["max_force"] == pytest.approx(0, abs=1e-6)
    assert len(outcome.atoms) == 2
    assert row["released"] == 0  # its cell is unchanged
    for name in ("relax", "static"):
        assert (tmp_path / "run" / name / "custodian.json").is_file()
    program.write_text("#!/bin/sh\nexit 1\n")
    row, _ = run_deck(tmp_path / "deck", tmp_path / "other", "vasp", command)
    assert row["status"].startswith("failed: ")
    assert row["attempts"] == 2
