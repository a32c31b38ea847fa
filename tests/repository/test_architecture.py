"""docs/ARCHITECTURE.md says what the code is: every rule and folder, the drawing, the words."""

import importlib
import re
import sys
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs/ARCHITECTURE.md").read_text()
LIBRARY = ROOT / "workflow_scripts/ccdcgan"


@pytest.fixture(scope="module", autouse=True)
def tools() -> None:
    sys.path.insert(0, str(ROOT / "docs/tools"))


@pytest.fixture(scope="module")
def architecture() -> ModuleType:
    return importlib.import_module("architecture")


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """What the tables are made from, in a folder of its own."""
    for name in ("Snakefile", "pyproject.toml", "docs", "rules", "tests", "workflow_scripts"):
        (tmp_path / name).symlink_to(ROOT / name)
    return tmp_path


def with_rules_of(repository: Path, stage: str, change: tuple[str, str]) -> None:
    """Put the rules of a stage, changed, in the place of the repository's own."""
    text = (ROOT / f"rules/{stage}.smk").read_text()
    assert change[0] in text
    (repository / "rules").unlink()
    (repository / "rules").mkdir()
    for path in (ROOT / "rules").iterdir():
        (repository / "rules" / path.name).symlink_to(path)
    (repository / f"rules/{stage}.smk").unlink()
    (repository / f"rules/{stage}.smk").write_text(text.replace(*change, 1))


@pytest.mark.parametrize("path", sorted((ROOT / "rules").glob("*.smk")), ids=lambda p: p.stem)
def test_every_rule_that_runs_a_script_is_in_the_table(path: Path) -> None:
    text = path.read_text()
    rules = set(re.findall(r"^ *(?:rule|checkpoint) (\w+):", text, re.M))
    rules |= set(re.findall(r"^ *use rule \w+ as (\w+) with:", text, re.M))
    if path.stem == "collect":
        assert rules and "script:" not in text
    else:
        assert {name for name in rules if f"| `{name}`<br>" not in PAGE} == set()


def test_every_script_is_in_the_table() -> None:
    scripts = {path.name for path in (ROOT / "workflow_scripts").glob("*.py")}
    assert {name for name in scripts if f"`{name}`" not in PAGE} == set()


def test_every_folder_and_module_of_the_library_is_in_the_table() -> None:
    for folder in (path for path in LIBRARY.iterdir() if (path / "__init__.py").is_file()):
        (row,) = re.findall(rf"^\| `{folder.name}` \|.*$", PAGE, re.M)
        modules = {path.stem for path in folder.glob("*.py")} - {"__init__"}
        assert {name for name in modules if f"`{name}`" not in row} == set()


def test_page_and_drawing_are_up_to_date(architecture: ModuleType) -> None:
    outdated = list(architecture.outdated(ROOT))
    assert outdated == [], f"run `python docs/tools/architecture.py`: {outdated}"


def test_a_renamed_rule_makes_the_page_out_of_date(
    architecture: ModuleType, repository: Path
) -> None:
    with_rules_of(repository, "hull", ("rule make_table1:", "rule make_table2:"))
    assert architecture.PAGE in architecture.outdated(repository)


def test_a_new_way_of_data_makes_the_drawing_out_of_date(
    architecture: ModuleType, repository: Path
) -> None:
    read = 'structures="results/data/structures.parquet"'
    other = 'structures="results/relax/{variant}/relaxed.csv"'
    with_rules_of(repository, "denoiser", (read, other))
    assert architecture.DRAWING in architecture.outdated(repository)


def test_a_rule_without_a_script_is_refused(architecture: ModuleType, repository: Path) -> None:
    with_rules_of(repository, "voxels", ('"../workflow_scripts/voxelise.py"', '"../elsewhere.py"'))
    with pytest.raises(ValueError, match=r"rules/voxels.smk: voxelise runs no script"):
        architecture.outdated(repository)


def test_edges_follow_constants_functions_and_placeholders(architecture: ModuleType) -> None:
    edges = architecture.Workflow(ROOT).edges
    assert ("autoencoder", "gan") in edges  # through the constant SITE_NETWORKS
    assert ("references", "hull") in edges  # through the function known_phases
    assert ("prototypes", "data") in edges  # {source} stands for prototypes
    assert ("report", "data") not in edges and ("hull", "relax") not in edges


def test_the_drawing_leaves_out_what_a_longer_way_says(architecture: ModuleType) -> None:
    edges = {("a", "b"), ("b", "c"), ("a", "c"), ("a", "d")}
    assert architecture.reduced(edges) == {("a", "b"), ("b", "c"), ("a", "d")}


def test_the_walk_is_counted_from_the_rules(
    architecture: ModuleType, repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    walk = importlib.import_module("walk")
    flow = architecture.Workflow(ROOT)
    passed, sources = walk.results_passed(flow), walk.sources_read(flow)
    assert passed[0] == walk.START and passed[-1] == walk.END
    assert "results/graphs/shard-{shard}.h5" in passed and len(passed) == len(set(passed))
    assert {"rules/common.smk", "relax_crystals.py", "stability.relax"} <= set(sources)
    assert f"{len(passed)} files" in PAGE and f"reads {len(sources)} files" in PAGE
    # What no later rule reads is not passed.
    change = (
        'novel="results/screen/{variant}/novel.parquet"',
        'novel="results/screen/{variant}/n"',
    )
    with_rules_of(repository, "screen", change)
    assert "results/screen/{variant}/novel.parquet" not in walk.results_passed(
        architecture.Workflow(repository)
    )
    monkeypatch.setitem(walk.REPRESENTATIONS, "string", ("crystals/table.py", "def to_string("))
    with pytest.raises(ValueError, match="string is not made in"):
        walk.representations(ROOT)
