"""The folder of a training's checkpoints: whose they are, and that one process writes there."""

import fcntl
import logging
import os
import shutil
import socket
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from ccdcgan.core.artifacts import digest, read_json, write_json
from ccdcgan.core.errors import InputError

logger = logging.getLogger(__name__)
LOCK = "lock"


@contextmanager
def checkpoints(folder: Path, identity: Mapping[str, Any]) -> Iterator[None]:
    """Hold the folder of a training in this block; checkpoints of another training are removed.

    identity: all that the training depends on, the content of its inputs included, as of
    `core.journal.identity`. Raises `InputError` while another process writes there.
    """
    with sole_writer(folder):
        path, own = folder / "identity.json", digest(identity)
        try:
            known = read_json(path, "digest")["digest"] if path.exists() else None
        except InputError:
            known = None
        left = [one for one in folder.iterdir() if one.name != LOCK]
        if known != own and left:
            logger.warning("%s: checkpoints of other settings, inputs or code; begun anew", folder)
            for one in left:
                shutil.rmtree(one) if one.is_dir() else one.unlink()
        if known != own:
            write_json(path, {"digest": own})
        yield


@contextmanager
def sole_writer(folder: Path) -> Iterator[None]:
    """Be the only process that writes in a folder; it may be removed in the block.

    The lock is the kernel's, so a process that is killed leaves none behind. Raises `InputError`
    if another process holds it, such as a training that has outlived its Snakemake.
    """
    descriptor = _locked(folder)
    try:
        yield
    finally:
        os.close(descriptor)


def _locked(folder: Path) -> int:
    path = folder / LOCK
    while True:
        folder.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = os.read(descriptor, 200).decode(errors="replace").strip()
            os.close(descriptor)
            raise InputError(
                f"{folder}: {holder or 'another process'} trains here already; wait for it, or end "
                "it and run the same command again"
            ) from None
        except OSError as error:  # a file system without locks
            logger.warning(
                "%s: cannot be locked (%s); let no second run write there", folder, error
            )
        try:
            same = os.path.samestat(os.fstat(descriptor), path.stat())
        except FileNotFoundError:
            same = False
        if same:
            os.truncate(descriptor, 0)
            os.write(descriptor, f"process {os.getpid()} on {socket.gethostname()}\n".encode())
            return descriptor
        os.close(descriptor)  # the last holder has just removed the folder
