"""Calculations by density functional theory."""

from typing import Any

import pytest

from builders.settings import fault, with_key
from ccdcgan.core.config import check_config


@pytest.mark.parametrize(
    ("path", "value", "words"),
    [
        ("dft.engine", "abinit", ["'abinit'", "one of ['vasp', 'espresso', 'gpaw'] or null"]),
        ("dft.timeout", 0, ["dft.timeout: 0 ", "a value above 0", "minutes"]),
        ("dft.competing", -0.1, ["dft.competing: -0.1 ", "a minimum of 0"]),
        ("dft.hubbard", True, ["dft.hubbard", "'mp'", "'none'"]),
        ("dft.corrections", "mp", ["dft.corrections: 'mp'", "'mp2020'", "'none'"]),
        ("dft.kpoint_spacing", 2, ["dft.kpoint_spacing: 2 ", "a maximum of 1"]),
        ("dft.espresso.pseudopotentials", {"Co": "a"}, ["'default' is a required key"]),
        ("dft.espresso.pseudopotentials.Qq", "a", ["pseudopotentials.Qq: 'Qq'", "Es and default"]),
        ("dft.espresso.pseudopotentials.Co", "", ["pseudopotentials.Co: ''", "length of 1"]),
    ],
)
def test_faults(path: str, value: Any, words: list[str]) -> None:
    message = fault(with_key(path, value))
    assert [word for word in words if word not in message] == []


@pytest.mark.parametrize(
    ("path", "text", "unknown", "allowed"),
    [
        ("dft.commands.espresso", "mpirun -n {treads} pw.x", "{treads}", "{threads}"),
        ("dft.commands.vasp", "srun -n {} vasp_std", "{}", "{threads}"),
        ("dft.commands.gpaw", "mpiexec -n {threads gpaw python", "{", "{threads}"),
        ("dft.espresso.pseudopotentials.default", "{symbol}.UPF", "{symbol}", "{element}"),
        ("dft.espresso.pseudopotentials.Co", "{element}.UPF", "{element}", "none"),
    ],
)
def test_unknown_placeholders(path: str, text: str, unknown: str, allowed: str) -> None:
    assert fault(with_key(path, text)) == (
        f"config {path}: {text!r} holds the unknown placeholder {unknown!r}: allowed is {allowed}"
    )


def test_known_placeholders() -> None:
    config = with_key("dft.commands.espresso", "mpirun -n {threads} pw.x")
    config = with_key("dft.espresso.pseudopotentials.default", "pbe/{element}.UPF", config)
    assert check_config(config).dft.commands.espresso == "mpirun -n {threads} pw.x"


def test_an_engine_needs_its_decks() -> None:
    config = with_key("dft.engines", ["vasp"], with_key("dft.engine", "gpaw"))
    message = "config dft.engine: 'gpaw' is none of dft.engines: allowed are vasp"
    assert fault(config) == message


@pytest.mark.parametrize(
    ("engine", "hubbard", "corrections", "applied"),
    [
        ("vasp", "mp", "auto", "mp2020"),
        ("vasp", "mp", "none", "none"),
        ("vasp", "none", "auto", "none"),
        ("gpaw", "mp", "auto", "none"),
        ("espresso", "mp", "auto", "none"),
        ("espresso", "mp", "mp2020", "mp2020"),
        (None, "mp", "auto", "none"),
    ],
)
def test_corrections_are_vasps_unless_asked_for(
    engine: str | None, hubbard: str, corrections: str, applied: str
) -> None:
    config = with_key("dft.hubbard", hubbard, with_key("dft.engine", engine))
    config = with_key("dft.corrections", corrections, config)
    assert check_config(config).dft.applied == applied


def test_corrections_need_the_u_that_they_were_made_for() -> None:
    config = with_key("dft.corrections", "mp2020", with_key("dft.hubbard", "none"))
    message = "config dft.corrections: 'mp2020' holds for energies with the Materials Project's U"
    assert fault(config) == f"{message}: needs hubbard: mp"
