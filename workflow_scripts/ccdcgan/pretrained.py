"""Networks that were trained elsewhere."""

import hashlib
from collections.abc import Mapping
from os import PathLike
from pathlib import Path
from typing import Any

from ccdcgan.errors import InputError
from ccdcgan.networks.autoencoder import Autoencoder
from ccdcgan.training import load_model, save_model


def sha256_of(path: str | PathLike[str]) -> str:
    """The SHA-256 of a file, as 64 hexadecimal digits."""
    with Path(path).open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def take_autoencoder(source: str, target: str, *, sha256: str, voxels: Mapping[str, Any]) -> None:
    """Write the network of the file `source` to `target`, its weights in single precision.

    Raises `InputError` if the file is not the one with this SHA-256, or if its network was trained
    on voxel images of other settings.
    """
    found = sha256_of(source)
    if found != sha256:
        raise InputError(
            f"{source}: SHA-256 {found}, but the config's section pretrained says {sha256}; get "
            "the file again, or correct the config if it is meant"
        )
    network: Autoencoder = load_model(source, Autoencoder)
    own = {"grid": network.grid, "sigma": network.sigma}
    if own != {name: voxels[name] for name in own}:
        raise InputError(
            f"{source}: was trained on voxels of {own}, but config voxels has {dict(voxels)}"
        )
    save_model(network, target)
