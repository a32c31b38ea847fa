"""The conda environments and the lock are one set of pins, and hold what the scripts import."""

import ast
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib.metadata import PackageNotFoundError, packages_distributions, requires
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement

from ccdcgan.core.closure import PACKAGE, import_closure
from runs import ROOT

SCRIPTS = ROOT / "workflow_scripts"
ENVIRONMENTS = sorted((ROOT / "envs").glob("*.yaml"))
LOCK = (ROOT / "requirements.lock").read_text()
DISTRIBUTIONS = packages_distributions()


@dataclass(frozen=True)
class Rule:
    """A rule that runs a script of `workflow_scripts` in an environment of `envs`."""

    name: str
    script: str
    environment: str
    code: str


def rules() -> list[Rule]:
    """All rules with a script, from the formatted Snakefiles; those of `use rule` are the same."""
    found = []
    for path in sorted((ROOT / "rules").glob("*.smk")):
        blocks = re.split(
            r"^ *(?:use rule|(?:rule|checkpoint) (\w+):$)", path.read_text(), flags=re.M
        )
        for name, text in zip(blocks[1::2], blocks[2::2], strict=True):
            script = re.search(r'^ +"\.\./workflow_scripts/(\w+\.py)"$', text, re.M)
            if name and script:
                environment = re.search(r'^ +"\.\./envs/(\w+)\.yaml"$', text, re.M)
                code = re.search(r'^ +\*code\("(\w+\.py)"\),$', text, re.M)
                found.append(
                    Rule(name, *((m[1] if m else "") for m in (script, environment, code)))
                )
    return found


RULES = rules()


def canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", re.sub(r"\[.*\]", "", name)).lower()


def dependencies(environment: Path) -> tuple[list[str], list[str]]:
    """What conda and what pip installs in an environment."""
    entries = yaml.safe_load(environment.read_text())["dependencies"]
    (pip,) = [entry["pip"] for entry in entries if isinstance(entry, dict)]
    return [entry for entry in entries if isinstance(entry, str)], pip


def pins(environment: Path) -> dict[str, str]:
    lines = (line.split("==") for line in dependencies(environment)[1])
    return {canonical(name): version for name, version in lines}


def locked() -> dict[str, str]:
    lines = [line for line in LOCK.splitlines() if line and not line.startswith((" ", "#"))]
    pinned = (line.removesuffix(" \\").split("==") for line in lines)
    return {canonical(name): version for name, version in pinned}


@pytest.mark.parametrize("environment", ENVIRONMENTS, ids=lambda path: path.stem)
def test_environment_agrees_with_the_lock(environment: Path) -> None:
    lock = locked()
    assert {name: lock.get(name) for name in pins(environment)} == pins(environment)


def test_lock_names_no_host_path_or_local_build() -> None:
    assert not re.search(r"://|file:|--index|--find-links|^/", LOCK, re.MULTILINE)
    assert not [version for version in locked().values() if "+" in version]


def test_every_pin_of_the_lock_has_hashes() -> None:
    pinned = re.split(r"^(?=[a-z0-9])", LOCK, flags=re.MULTILINE)[1:]
    assert len(pinned) == len(locked()) > 200
    hashes = r"^    --hash=sha256:[0-9a-f]{64}( \\)?$"
    assert [one.split()[0] for one in pinned if not re.search(hashes, one, re.MULTILINE)] == []


def test_all_but_torch_is_held_against_its_hash() -> None:
    """What `make .venv` gives to pip with --require-hashes, and without."""
    told = dict(
        re.findall(r"^([A-Z]+) := ((?:awk|sed) .+)$", (ROOT / "Makefile").read_text(), re.M)
    )
    run = {"shell": True, "cwd": ROOT, "capture_output": True, "text": True, "check": True}
    checked, optional, pins = (
        subprocess.run(told[name], **run).stdout.splitlines()
        for name in ("CHECKED", "OPTIONAL", "PINS")
    )
    names, apart = (
        {canonical(line.split("==")[0]) for line in lines if re.match("[a-z0-9]", line)}
        for lines in (checked, optional)
    )
    assert names == set(locked()) - {"torch", "chgnet"} and "torch-geometric" in names
    assert apart == {"chgnet"} and all("--hash=sha256" in line for line in optional[1:])
    assert dict(line.split("==") for line in pins) == locked()


def test_lock_leaves_gpu_packages_to_the_torch_wheel() -> None:
    # nvidia-ml-py3 is a plain Python module that chgnet requires.
    gpu = [name for name in locked() if re.match(r"nvidia-|cuda-|triton", name)]
    assert gpu == ["nvidia-ml-py3"]


def imported_modules(path: Path) -> set[str]:
    """The modules that a file imports, inside functions too, but not for type checkers alone."""
    tree = ast.parse(path.read_text())
    for node in ast.walk(tree):
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
            node.body = []
    modules: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            modules.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            modules.add(node.module)
    return modules


@cache
def imported_by(script: str) -> frozenset[str]:
    """All modules that a script imports, directly or through the library, and those of this."""
    path = SCRIPTS / script
    return frozenset().union(*(imported_modules(file) for file in [path, *import_closure(path)]))


def packages(modules: Iterable[str]) -> set[str]:
    """The packages of some modules, without Python's own and the library."""
    names = {name.partition(".")[0] for name in modules}
    return names - {PACKAGE} - sys.stdlib_module_names


def required(requirement: Requirement) -> Iterator[Requirement]:
    """What an installed distribution requires on this machine, with the extras asked for."""
    try:
        lines = requires(requirement.name) or []
    except PackageNotFoundError:  # left out where a smaller build does, such as CUDA's
        return
    for line in lines:
        one = Requirement(line)
        extras = ["", *requirement.extras]
        if one.marker is None or any(one.marker.evaluate({"extra": extra}) for extra in extras):
            yield one


@cache
def held(environment: str) -> frozenset[str]:
    """The distributions of an environment: those pinned, and what they require in turn."""
    conda, pip = dependencies(ROOT / "envs" / f"{environment}.yaml")
    queue = [Requirement(line) for line in pip]
    seen: set[tuple[str, frozenset[str]]] = set()
    while queue:
        one = queue.pop()
        key = canonical(one.name), frozenset(one.extras)
        if key not in seen:
            seen.add(key)
            queue += required(one)
    return frozenset(name for name, _ in seen) | {canonical(name) for name in conda}


def lacking(names: Iterable[str], environment: str) -> list[str]:
    """The packages among `names` that an environment does not hold."""
    return sorted(
        name
        for name in names
        if not {canonical(one) for one in DISTRIBUTIONS.get(name, [name])} & held(environment)
    )


def test_rules_are_found() -> None:
    """Each script belongs to a rule, and each script rule names its environment and its code."""
    assert {rule.script for rule in RULES} == {path.name for path in SCRIPTS.glob("*.py")}
    assert all((ROOT / "envs" / f"{rule.environment}.yaml").is_file() for rule in RULES)
    assert {rule.name: rule.code for rule in RULES} == {rule.name: rule.script for rule in RULES}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_environment_holds_what_the_script_imports(rule: Rule) -> None:
    """Snakemake's own packages are visible to scripts, so a run does not show what is missing."""
    missing = lacking(packages(imported_by(rule.script)), rule.environment)
    assert not missing, f"envs/{rule.environment}.yaml lacks {missing}"


def test_development_environment_holds_what_the_rules_import() -> None:
    """The Snakefiles themselves run where Snakemake does."""
    modules: set[str] = set()
    for path in [ROOT / "Snakefile", *(ROOT / "rules").glob("*.smk")]:
        for module in re.findall(rf"^ *from ({PACKAGE}[\w.]+) import", path.read_text(), re.M):
            file = SCRIPTS.joinpath(*module.split(".")).with_suffix(".py")
            modules.update(
                *(imported_modules(one) for one in [file, *import_closure(file, SCRIPTS)])
            )
    assert packages(modules) and not lacking(packages(modules), "development")


IMPORTS = """
import importlib, sys, traceback
sys.path.insert(0, sys.argv[1])
failed = 0
for name in sys.argv[2:]:
    try:
        importlib.import_module(name)
    except Exception:
        failed += 1
        print(name, traceback.format_exc(), sep=": ")
sys.exit(failed > 0)
"""


@pytest.mark.slow
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("environment", sorted({rule.environment for rule in RULES}))
def test_scripts_find_all_imports_in_their_environment_alone(
    environment: str, tmp_path: Path
) -> None:
    """Each environment is built, without Snakemake, and all that its scripts import is imported.

    Not a part of the default run, since it installs gigabytes:
    `python -m pytest -m slow tests/repository/test_environments.py`. uv builds the environments;
    that of torch is built by pip, whose configuration may name a build for CPUs. What conda alone
    installs, the engines, is left out.
    """
    _, pip = dependencies(ROOT / "envs" / f"{environment}.yaml")
    uv = Path(sys.executable).with_name("uv")
    if any(line.startswith("torch==") for line in pip):
        subprocess.run([sys.executable, "-m", "venv", tmp_path / "env"], check=True)
        install = [tmp_path / "env/bin/python", "-m", "pip", "install", "--quiet"]
    else:
        subprocess.run(
            [uv, "venv", "--quiet", "--python", sys.executable, tmp_path / "env"], check=True
        )
        install = [uv, "pip", "install", "--quiet", "--python", tmp_path / "env/bin/python"]
    subprocess.run([*install, *pip], check=True)
    modules: set[str] = set()
    for rule in RULES:
        if rule.environment == environment:
            modules |= imported_by(rule.script)
    done = subprocess.run(
        [tmp_path / "env/bin/python", "-c", IMPORTS, SCRIPTS, *sorted(modules)],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert done.returncode == 0, done.stdout[-20_000:]
    shutil.rmtree(tmp_path / "env")
