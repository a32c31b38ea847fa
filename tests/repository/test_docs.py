"""What the texts name is there: keys, files, tests, versions; and the README is short."""

import importlib
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
CONFIG = yaml.safe_load((ROOT / "config.yaml").read_text())
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]
FILE = r"(?:core|crystals|representation|data|networks|codec|stability|dft|evaluation|training)"
FAULTS = (ROOT / "docs/FAULTS.md").read_text()
TEST = re.compile(r"`((?:[\w/]+\.py|…))::(test_\w+)`")


def is_key(path: str) -> bool:
    """Whether the configuration has a key, or leaves its names to the user, as in `{}`."""
    tree: Any = CONFIG
    for name in path.split("."):
        if not isinstance(tree, dict) or (tree and name not in tree):
            return False
        tree = tree.get(name)
    return True


def named_tests(page: Path) -> Iterator[tuple[str, str]]:
    """The tests that a page names, as file and function; `…` stands for the file before it."""
    file = ""
    for name, test in TEST.findall(page.read_text()):
        file = file if name == "…" else name
        yield file, test


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.name)
def test_keys_that_a_page_names_are_keys(page: Path) -> None:
    text = page.read_text()
    if page.name == "ARCHITECTURE.md":
        text = re.sub(r"<!-- rules: begin -->.*<!-- rules: end -->", "", text, flags=re.S)
    named = re.findall(rf"`((?:{'|'.join(CONFIG)})(?:\.[a-z_]+)+)`", text)
    files = (".py", ".yaml", ".csv", ".json", ".svg", ".keras", ".parquet")
    assert [name for name in named if not name.endswith(files) and not is_key(name)] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.name)
def test_files_that_a_page_names_are_there(page: Path) -> None:
    library = re.findall(rf"`(?:ccdcgan/)?({FILE}/[\w/]+\.py)`", page.read_text())
    others = re.findall(
        r"`((?:docs|presets|profiles|envs|rules|tests)/[a-z_/.]+\.\w+)`", page.read_text()
    )
    places = [ROOT / "workflow_scripts/ccdcgan" / name for name in library]
    assert [place for place in (*places, *(ROOT / n for n in others)) if not place.exists()] == []


def test_tests_that_the_faults_name_are_there() -> None:
    named = list(named_tests(ROOT / "docs/FAULTS.md"))
    assert len(named) > 20
    for file, test in named:
        found = [path for path in (ROOT / "tests").rglob("*.py") if str(path).endswith(f"/{file}")]
        assert any(f"def {test}(" in path.read_text() for path in found), f"{file}::{test}"


def test_the_table_of_faults_counts_them() -> None:
    summary, *sections = re.split(r"^## What becomes of ", FAULTS, flags=re.M)
    told = re.findall(r"^\| (.+?) \| (\d+) \| (\d+) \| (\d+) \| (\d+) \|$", summary, re.M)
    assert len(told) == len(sections)
    for section, (name, *counts) in zip(sections, told, strict=True):
        ends = [row.split(" | ")[1] for row in re.findall(r"^\| (?!what \||---).*", section, re.M)]
        line = [end for end in ends if re.search(r"\bone line\b|\brefuse", end)]
        row = [end for end in ends if end not in line and re.search(r"\brows?\b", end)]
        success = len(ends) - len(line) - len(row)
        assert section.splitlines()[0] == name
        assert [len(ends), len(line), len(row), success] == list(map(int, counts)), name


def test_every_key_of_the_configuration_is_in_the_reference() -> None:
    sys.path.insert(0, str(ROOT / "docs/tools"))
    page = importlib.import_module("keys").keys_page(ROOT)

    def keys(tree: object, prefix: str = "") -> set[str]:
        if not isinstance(tree, dict) or not tree:
            return {prefix.rstrip(".")}
        return set().union(*(keys(value, f"{prefix}{key}.") for key, value in tree.items()))

    named = set(re.findall(r"^\| `([\w.]+)` \|", page, re.M))
    missing = {
        key for key in keys(CONFIG) if not any(key == n or key.startswith(f"{n}.") for n in named)
    }
    assert missing == set()
    assert re.search(r"^\| `relax.max_structures` \| `64` \| whole number ≥ 1 \| \S", page, re.M)


def test_readme_is_short() -> None:
    assert len((ROOT / "README.md").read_text().split()) <= 1500


def test_version_is_the_same_everywhere() -> None:
    changelog = (ROOT / "CHANGELOG.md").read_text()
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text())
    newest = re.findall(r"^## \[(\d+\.\d+\.\d+)\] - (\S+)$", changelog, re.M)[0]
    assert newest == (citation["version"], str(citation["date-released"]))
