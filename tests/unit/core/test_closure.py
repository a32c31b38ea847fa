"""Files that a script imports, directly or through others."""

from pathlib import Path

from ccdcgan.core.closure import import_closure


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
