"""Files of shipped networks: only the right one is put into its place, without loading Keras."""

import json
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from ccdcgan.core.artifacts import sha256_of
from ccdcgan.core.errors import InputError
from ccdcgan.core.pretrained import GENERATORS, install_pretrained, kind_of
from runs import ROOT


def network(path: Path, content: object) -> Path:
    """An archive like one of Keras whose `config.json` holds this."""
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("config.json", json.dumps(content))
    return path


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("lattice", "Autoencoder"),
        ("combined", "Autoencoder"),
        ("formation_energy_per_atom", "Constraint"),
        ("denoiser", "Denoiser"),
        ("refiner", "Refiner"),
    ],
)
def test_shipped_networks_say_their_kind(name: str, kind: str) -> None:
    assert kind_of(ROOT / "pretrained" / f"{name}.keras") == kind


def test_generators_are_those_of_the_registry() -> None:
    from ccdcgan.networks.registry import GENERATORS as CLASSES

    assert list(GENERATORS) == list(CLASSES)
    for name, kind in GENERATORS.items():
        assert kind == CLASSES[name].__name__


def installed(source: Path, target: Path, kind: str, sha256: str | None = None) -> None:
    file = {"path": source.name, "sha256": sha256 or sha256_of(source)}
    install_pretrained([file], [target], folder=source.parent, kinds=[kind])


def test_right_file_is_installed_as_it_is(tmp_path: Path) -> None:
    source = network(tmp_path / "a.keras", {"registered_name": "ccdcgan>Denoiser"})
    target = tmp_path / "results" / "model.keras"
    installed(source, target, "Denoiser")
    assert target.read_bytes() == source.read_bytes()


def test_other_file_or_network_is_refused(tmp_path: Path) -> None:
    source = network(tmp_path / "a.keras", {"registered_name": "ccdcgan>Denoiser"})
    target = tmp_path / "model.keras"
    with pytest.raises(InputError, match=r"a\.keras: SHA-256 .*get the file again"):
        installed(source, target, "Denoiser", "0" * 64)
    with pytest.raises(InputError, match=r"a\.keras: holds a Denoiser, not a Generator"):
        installed(source, target, "Generator")
    with pytest.raises(InputError, match=r"b\.keras: no such file, but the manifest"):
        installed(tmp_path / "b.keras", target, "Denoiser", "0" * 64)
    assert not target.exists()


def test_of_several_files_all_are_installed_or_none(tmp_path: Path) -> None:
    source = network(tmp_path / "a.keras", {"registered_name": "ccdcgan>Generator"})
    (tmp_path / "c.json").write_text("{}")
    files = [
        {"path": "a.keras", "sha256": sha256_of(source)},
        {"path": "c.json", "sha256": "0" * 64},
    ]
    targets = [tmp_path / "out" / name for name in ("generator.keras", "compositions.json")]
    with pytest.raises(InputError, match=r"c\.json: SHA-256"):
        install_pretrained(files, targets, folder=tmp_path, kinds=["Generator", ""])
    assert not any(target.exists() for target in targets)
    files[1]["sha256"] = sha256_of(tmp_path / "c.json")
    install_pretrained(files, targets, folder=tmp_path, kinds=["Generator", ""])
    assert all(target.exists() for target in targets)


@pytest.mark.parametrize("content", [{}, [], {"registered_name": None}, {"registered_name": 3}])
def test_archive_without_a_kind_is_refused(tmp_path: Path, content: object) -> None:
    with pytest.raises(InputError, match=r"a\.keras: no readable Keras model .*get it again"):
        kind_of(network(tmp_path / "a.keras", content))


def test_what_is_no_network_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"holds a keras>Model, not a network of ccdcgan"):
        kind_of(network(tmp_path / "a.keras", {"registered_name": "keras>Model"}))
    (tmp_path / "b.keras").write_bytes(b"PK no archive")
    with pytest.raises(InputError, match=r"b\.keras: no readable Keras model"):
        kind_of(tmp_path / "b.keras")


def test_keras_is_not_loaded() -> None:
    code = (
        "import sys; sys.path.insert(0, 'workflow_scripts'); import ccdcgan.core.pretrained;"
        "sys.exit('keras' in sys.modules or 'numpy' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT).returncode == 0
