"""The conda environments and the lock are one set of pins."""

import re
from pathlib import Path

import pytest
import yaml

from runs import ROOT

ENVIRONMENTS = sorted((ROOT / "envs").glob("*.yaml"))
LOCK = (ROOT / "requirements.lock").read_text()


def canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", re.sub(r"\[.*\]", "", name)).lower()


def pins(environment: Path) -> dict[str, str]:
    dependencies = yaml.safe_load(environment.read_text())["dependencies"]
    (pip,) = [entry["pip"] for entry in dependencies if isinstance(entry, dict)]
    return {canonical(name): version for name, version in (line.split("==") for line in pip)}


def locked() -> dict[str, str]:
    lines = [line for line in LOCK.splitlines() if line and not line.startswith((" ", "#"))]
    return {canonical(name): version for name, version in (line.split("==") for line in lines)}


@pytest.mark.parametrize("environment", ENVIRONMENTS, ids=lambda path: path.stem)
def test_environment_agrees_with_the_lock(environment: Path) -> None:
    lock = locked()
    assert {name: lock.get(name) for name in pins(environment)} == pins(environment)


def test_lock_names_no_host_path_or_local_build() -> None:
    assert not re.search(r"://|file:|--index|--find-links|^/", LOCK, re.MULTILINE)
    assert not [version for version in locked().values() if "+" in version]


def test_lock_leaves_gpu_packages_to_the_torch_wheel() -> None:
    # nvidia-ml-py3 is a plain Python module that chgnet requires.
    gpu = [name for name in locked() if re.match(r"nvidia-|cuda-|triton", name)]
    assert gpu == ["nvidia-ml-py3"]
