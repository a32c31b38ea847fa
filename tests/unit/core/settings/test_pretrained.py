"""The networks that a run takes."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from builders.settings import fault, with_key
from ccdcgan.core.artifacts import sha256_of
from ccdcgan.core.config import read_manifest
from ccdcgan.core.errors import InputError
from runs import ROOT

FILE = {"path": "a.keras", "sha256": "0" * 64}


@pytest.mark.parametrize(
    ("path", "value", "words"),
    [
        ("pretrained.networks", ["gan"], ["pretrained.networks.0: 'gan'", "'autoencoder'"]),
        ("pretrained.manifest", 3, ["pretrained.manifest: 3", "text"]),
        ("autoencoder.network", "paper", ["autoencoder.network: 'paper'", "leave 'autoencoder'"]),
    ],
)
def test_faults(path: str, value: Any, words: list[str]) -> None:
    message = fault(with_key(path, value))
    assert [word for word in words if word not in message] == []


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ({"autoencoder": {"sites": FILE}}, ["autoencoder.sites", "'lattice' or 'combined'"]),
        ({"constraint": {"E": FILE}}, ["constraint.E"]),
        ({"denoiser": {"path": "a"}}, ["denoiser.sha256", "required"]),
        ({"denoiser": FILE | {"sha256": "f"}}, ["denoiser.sha256"]),
        ({"generator": {"dcgan": FILE}}, ["generator.dcgan.compositions", "required"]),
        ([], ["top level"]),
    ],
)
def test_faults_of_a_manifest(content: Any, words: list[str], tmp_path: Path) -> None:
    path = tmp_path / "manifest.yaml"
    path.write_text(yaml.safe_dump(content))
    with pytest.raises(InputError) as caught:
        read_manifest(path)
    message = str(caught.value)
    assert "\n" not in message and str(path) in message
    assert [word for word in words if word not in message] == []


def test_a_manifest_that_cannot_be_read_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "b.yaml").write_text("a: [")
    for name in ("a.yaml", "b.yaml"):
        with pytest.raises(InputError, match=rf"pretrained\.manifest: .*{name} cannot be read"):
            read_manifest(tmp_path / name)


def test_the_manifest_names_the_files_that_come_with_the_workflow() -> None:
    manifest = read_manifest(ROOT / "pretrained" / "manifest.yaml")
    files = [*manifest.autoencoder.values(), *manifest.constraint.values()]
    files += [manifest.denoiser, manifest.refiner, manifest.templates]
    for file in files:
        assert file and sha256_of(ROOT / "pretrained" / file.path) == file.sha256
