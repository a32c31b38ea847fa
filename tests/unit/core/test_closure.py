"""The code behind a script, found from its imports, and what counts as a change of it."""

import subprocess
import sys
from pathlib import Path

import pytest

from ccdcgan.core.closure import code_digest, code_lines, import_closure
from runs import ROOT

LIBRARY = ROOT / "workflow_scripts"
SOURCE = '''\
"""A module."""

LIMIT = 3  # eV
"""What it is for."""


def halve(x: float) -> float:
    """Halve it."""
    return x / 2
'''


def library(root: Path, **modules: str) -> None:
    package = root / "ccdcgan"
    package.mkdir(exist_ok=True)
    (package / "__init__.py").touch()
    for name, text in modules.items():
        path = package.joinpath(*name.split("__")).with_suffix(".py")
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
        (path.parent / "__init__.py").touch()


def closure(root: Path, script: str) -> list[str]:
    path = root / "script.py"
    path.write_text(script)
    return [str(found.relative_to(root / "ccdcgan")) for found in import_closure(path)]


def test_follows_imports_through_modules_and_into_functions(tmp_path: Path) -> None:
    library(
        tmp_path,
        first="from ccdcgan.second import f",
        second="def f():\n    import ccdcgan.third",
        third="import numpy",
        unused="",
    )
    found = closure(tmp_path, "with job(snakemake):\n    from ccdcgan.first import g")
    assert found == ["__init__.py", "first.py", "second.py", "third.py"]


def test_finds_modules_named_after_from(tmp_path: Path) -> None:
    library(tmp_path, first="", other="")
    assert closure(tmp_path, "from ccdcgan import first") == ["__init__.py", "first.py"]


def test_finds_modules_of_subpackages(tmp_path: Path) -> None:
    library(tmp_path, networks__dense="")
    found = closure(tmp_path, "from ccdcgan.networks.dense import build")
    assert found == ["__init__.py", "networks/__init__.py", "networks/dense.py"]


def test_ends_where_modules_import_each_other(tmp_path: Path) -> None:
    library(tmp_path, first="import ccdcgan.second", second="import ccdcgan.first")
    found = closure(tmp_path, "import ccdcgan.first")
    assert found == ["__init__.py", "first.py", "second.py"]


def test_leaves_other_packages_out(tmp_path: Path) -> None:
    library(tmp_path, first="")
    assert closure(tmp_path, "import json\nfrom ccdcgan_extra import first") == []


@pytest.mark.parametrize("hidden", ["from . import first", "from .first import f", "__import__(x)"])
def test_refuses_imports_that_it_cannot_follow(tmp_path: Path, hidden: str) -> None:
    library(tmp_path, first="", second=hidden)
    with pytest.raises(ValueError, match=r"second\.py:1: .*import"):
        closure(tmp_path, "import ccdcgan.second")


@pytest.mark.parametrize(
    ("hidden", "rule"),
    [
        ("from . import errors\n\nprint(errors)\n", "TID252"),
        ("import importlib\n\nprint(importlib.import_module('a'))\n", "TID251"),
        ("from importlib import import_module\n\nprint(import_module('a'))\n", "TID251"),
        ("import runpy\n\nprint(runpy.run_path('a'))\n", "TID251"),
    ],
)
def test_linter_refuses_imports_that_the_closure_misses(hidden: str, rule: str) -> None:
    command = [sys.executable, "-m", "ruff", "check", "--output-format", "concise"]
    done = subprocess.run(
        [*command, "--stdin-filename", "workflow_scripts/ccdcgan/core/new.py", "-"],
        input=f'"""A module."""\n\n{hidden}',
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 1 and rule in done.stdout


def test_packages_import_nothing() -> None:
    """A package that imported its modules would put all of them into each closure."""
    initial = list((LIBRARY / "ccdcgan").rglob("__init__.py"))
    assert len(initial) > 10
    assert not [path for path in initial if code_digest(path.read_text())]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("# eV", "# electronvolts"),
        ('"""A module."""', '"""Another text."""'),
        ('"""What it is for."""', ""),
        ('    """Halve it."""\n', ""),
        ("return x / 2", "return (\n        x / 2\n    )"),
    ],
)
def test_comments_docstrings_and_layout_are_no_change(old: str, new: str) -> None:
    assert old in SOURCE
    assert code_digest(SOURCE.replace(old, new)) == code_digest(SOURCE)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("x / 2", "x // 2"),
        ("LIMIT = 3", "LIMIT = 3.0"),
        ("LIMIT = 3", "LIMIT = '3'"),
        ("LIMIT", "LIMITS"),
        ("return x / 2", "return 'Halve it.'"),
        ("def halve", "@cache\ndef halve"),
        ("def halve", "async def halve"),
        ("x: float)", "x: float = 1)"),
        ("x: float)", "*, x: float)"),
    ],
)
def test_any_other_difference_is_a_change(old: str, new: str) -> None:
    assert old in SOURCE
    assert code_digest(SOURCE.replace(old, new)) != code_digest(SOURCE)


def test_lines_name_the_script_and_what_changed_but_no_place(tmp_path: Path) -> None:
    lines = []
    for folder, text in [("a", "x = 1"), ("b", "x = 1  # one"), ("c", "x = 2")]:
        root = tmp_path / folder
        root.mkdir()
        library(root, first=text, second='"""Nothing."""')
        (root / "script.py").write_text("import ccdcgan.first, ccdcgan.second")
        lines.append(code_lines(root / "script.py"))
    first, moved, changed = lines
    assert [line.split()[0] for line in first] == ["script.py", "ccdcgan/first.py"]
    assert moved == first
    assert changed[0] == first[0] and changed[1] != first[1]
    assert len(set(" ".join(first).split())) == 4


@pytest.mark.parametrize(
    ("script", "most"),
    [
        ("install_pretrained.py", 9),
        ("decode_graphs.py", 15),
    ],
)
def test_copying_and_decoding_need_little(script: str, most: int) -> None:
    """Each file more is one more whose change repeats the job; the script itself is not counted."""
    assert 1 < len(code_lines(LIBRARY / script)) <= most + 1
