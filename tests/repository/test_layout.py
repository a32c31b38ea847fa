"""The unit tests mirror the library, and no test imports another."""

import ast
from collections.abc import Iterator
from pathlib import Path

from runs import ROOT

LIBRARY = ROOT / "workflow_scripts" / "ccdcgan"
UNIT = ROOT / "tests" / "unit"
TESTS = sorted((ROOT / "tests").rglob("*.py"))


def library_modules() -> set[str]:
    """Return the modules of the library as paths without suffix, such as `core/jobs`."""
    files = (path for path in LIBRARY.rglob("*.py") if path.stem != "__init__")
    return {path.relative_to(LIBRARY).with_suffix("").as_posix() for path in files}


def named_modules() -> set[str]:
    """Return the modules that the files of unit tests are named after."""
    files = UNIT.rglob("test_*.py")
    named = (path.relative_to(UNIT).with_stem(path.stem.removeprefix("test_")) for path in files)
    return {path.with_suffix("").as_posix() for path in named}


def test_every_module_has_its_tests() -> None:
    assert library_modules() - named_modules() == set()


def test_every_unit_test_has_its_module() -> None:
    assert named_modules() - library_modules() == set()


def imported(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{node.module or ''}.{alias.name}" for alias in node.names)


def test_no_test_imports_another() -> None:
    importing = {
        path.relative_to(ROOT).as_posix()
        for path in TESTS
        for part in ".".join(imported(path)).split(".")
        if part.startswith("test_") or part == "conftest"
    }
    assert importing == set()
