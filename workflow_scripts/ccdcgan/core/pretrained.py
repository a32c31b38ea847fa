"""Networks that were trained elsewhere: the manifest that names them, and their installation."""

import json
import shutil
import zipfile
from collections.abc import Mapping, Sequence
from os import PathLike
from pathlib import Path
from typing import Any

from ccdcgan.core.artifacts import atomic, sha256_of, write_digest
from ccdcgan.core.errors import InputError

PACKAGE = "ccdcgan"  # under which the classes of the networks are registered with Keras
GENERATORS = {
    "atoms": "Generator",
    "tiles": "TilesGenerator",
    "paper": "PaperGenerator",
}
"""Kinds of the generator by `gan.network` of the config; templates have none."""


def install_pretrained(
    files: Sequence[Mapping[str, Any]],
    targets: Sequence[str | PathLike[str]],
    *,
    folder: str | PathLike[str],
    kinds: Sequence[str],
) -> None:
    """Copy files of the manifest to their places, all of them or none; digests beside networks.

    files: `path`, from `folder`, and `sha256` of each. kinds: the name of the class of the network
    in each, "" for a file that holds none. Raises `InputError` for a file that is missing, that is
    not the one with its SHA-256, or that holds another network.
    """
    sources = [Path(folder) / file["path"] for file in files]
    for source, file, kind in zip(sources, files, kinds, strict=True):
        _check(source, file["sha256"])
        if kind and (found := kind_of(source)) != kind:
            raise InputError(f"{source}: holds a {found}, not a {kind}")
    for source, target in zip(sources, targets, strict=True):
        with atomic(target) as temporary:
            shutil.copyfile(source, temporary)
        if Path(target).suffix == ".keras":
            write_digest(target)


def _check(path: str | PathLike[str], sha256: str) -> None:
    if not Path(path).is_file():
        raise InputError(f"{path}: no such file, but the manifest of pretrained networks names it")
    found = sha256_of(path)
    if found != sha256:
        raise InputError(
            f"{path}: SHA-256 {found}, but the manifest of pretrained networks says {sha256}; get "
            "the file again, or correct the manifest if it is meant"
        )


def kind_of(path: str | PathLike[str]) -> str:
    """Read the name of the class of the network in a `.keras` file, such as Generator.

    It stands in the archive's `config.json`, so neither Keras nor the class is loaded. Raises
    `InputError` for a file that is no archive of Keras or holds a network of another package.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            registered = json.loads(archive.read("config.json"))["registered_name"]
        package, _, name = registered.partition(">")
    except (zipfile.BadZipFile, KeyError, ValueError, TypeError, AttributeError) as error:
        reason = " ".join(str(error).split())
        raise InputError(f"{path}: no readable Keras model ({reason}); get it again") from None
    if package != PACKAGE:
        raise InputError(f"{path}: holds a {registered}, not a network of {PACKAGE}")
    return name
