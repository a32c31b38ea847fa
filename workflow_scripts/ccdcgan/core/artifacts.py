"""Files that are whole or absent, and the provenance that each of them carries."""

import hashlib
import json
import os
import re
import socket
import time
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from ccdcgan.core.errors import InputError

PACKAGES = (
    *("numpy", "pymatgen", "h5py", "keras", "tensorflow", "torch"),
    *("ase", "matcalc", "sevenn", "chgnet", "snakemake"),
    *("scipy", "matminer", "smact", "pyxtal"),
)


OWN = hashlib.sha256(socket.gethostname().encode()).hexdigest()[:6]
"""This machine, in the names of temporary files."""
OLD = 24 * 3600.0
"""s; after which a temporary file of another machine is a leftover."""


@contextmanager
def atomic(path: str | os.PathLike[str]) -> Iterator[Path]:
    """Yield a temporary path beside `path`; move it into place only if the block succeeds.

    The temporary name keeps the suffixes of `path`, from which many writers choose the format.
    On any exception, a full disk included, the temporary file is removed and `path` is untouched.
    What is moved stands on the disk before, so that a power cut leaves the old file or the new
    one; and what killed writers of the same file have left behind is removed.
    """
    target = Path(path)
    target.parent.mkdir(parents=True, exist_ok=True)
    _remove_leftovers(target)
    mark = f"{OWN}-{os.getpid()}-{uuid.uuid4().hex[:8]}"
    temporary = target.with_name(f".{mark}-{target.name}")
    try:
        yield temporary
        _to_disk(temporary)
        temporary.replace(target)
        _to_disk(target.parent)
    except OSError as error:
        error.filename = error.filename or str(target)  # a full disk does not say which file
        raise
    finally:
        temporary.unlink(missing_ok=True)


def _to_disk(path: Path) -> None:
    """Wait until a file, or what a folder lists, stands on the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _remove_leftovers(target: Path) -> None:
    """Remove the temporary files of writers of `target` that are no more."""
    name = re.compile(rf"\.(?:([0-9a-f]{{6}})-(\d+)-)?[0-9a-f]{{8}}-{re.escape(target.name)}")
    with os.scandir(target.parent) as entries:
        found = [(entry.path, name.fullmatch(entry.name)) for entry in entries]
    for path, match in found:
        if match and not _is_written(Path(path), match[1], match[2]):
            Path(path).unlink(missing_ok=True)


def _is_written(path: Path, machine: str | None, process: str | None) -> bool:
    """Say whether the writer of a temporary file may still be at work."""
    if machine == OWN and process:
        try:
            os.kill(int(process), 0)
        except ProcessLookupError:
            return False
        except PermissionError:
            return True
        return True
    try:
        return time.time() - path.stat().st_mtime < OLD
    except FileNotFoundError:
        return False


def digest(value: Any) -> str:
    """SHA-256, as 64 hexadecimal digits, of a JSON-like value; the order of keys is irrelevant."""
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), default=str)
    return hashlib.sha256(text.encode()).hexdigest()


def sha256_of(path: str | os.PathLike[str]) -> str:
    """The SHA-256 of a file, as 64 hexadecimal digits."""
    with Path(path).open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def stable_seed(root: int, *parts: str) -> int:
    """A seed in [0, 2³¹) that depends on the root seed and the parts alone, on every machine."""
    return int(digest([root, *parts])[:8], 16) >> 1


def versions() -> dict[str, str]:
    """The versions of the installed packages that decide a result."""
    found = {}
    for name in PACKAGES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found


def provenance(config: Mapping[str, Any], seed: int | None = None) -> dict[str, Any]:
    """What is written beside every result: config digest, seed and package versions."""
    return {"config_digest": digest(config), "seed": seed, "versions": versions()}


def write_text(path: str | os.PathLike[str], text: str) -> None:
    """Write a text, atomically."""
    with atomic(path) as temporary:
        temporary.write_text(text, encoding="utf-8")


def write_json(path: str | os.PathLike[str], value: Any) -> None:
    """Write `value` as indented JSON, atomically. NaN is refused (ValueError)."""
    write_text(path, json.dumps(value, indent=2, allow_nan=False) + "\n")


def read_json(path: str | os.PathLike[str], *keys: str) -> Any:
    """Read a JSON file; with `keys`, an object that holds them.

    Raises `InputError` with one line if the file is damaged or lacks one of the keys.
    """
    try:
        found = json.loads(Path(path).read_text(encoding="utf-8"))
    except (ValueError, RecursionError) as error:
        raise InputError(f"{path}: no readable JSON ({error}); make the file again") from None
    missing = [key for key in keys if not isinstance(found, dict) or key not in found]
    if missing:
        raise InputError(f"{path}: {', '.join(missing)} is missing; make the file again")
    return found


def write_digest(path: str | os.PathLike[str]) -> None:
    """Write the SHA-256 of a file beside it, as `sha256sum --check` reads it."""
    write_text(f"{path}.sha256", f"{sha256_of(path)}  {Path(path).name}\n")


def check_digest(path: str | os.PathLike[str]) -> None:
    """Hold a file against the SHA-256 that stands beside it, if one does.

    Raises `InputError` if they differ.
    """
    beside = Path(f"{path}.sha256")
    try:
        told = beside.read_text(encoding="utf-8", errors="replace").split(maxsplit=1)[:1]
    except FileNotFoundError:
        return
    if told != [sha256_of(path)]:
        raise InputError(
            f"{path}: damaged, it has not the SHA-256 of {beside.name}; make it again, or delete "
            "that file if the change is meant"
        )
