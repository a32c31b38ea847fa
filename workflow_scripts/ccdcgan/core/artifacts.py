"""Files that are whole or absent, and the provenance that each of them carries."""

import hashlib
import json
import os
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

PACKAGES = (
    *("numpy", "pymatgen", "h5py", "keras", "tensorflow", "torch"),
    *("ase", "matcalc", "sevenn", "chgnet", "snakemake"),
    *("scipy", "matminer", "smact", "pyxtal"),
)


@contextmanager
def atomic(path: str | os.PathLike[str]) -> Iterator[Path]:
    """Yield a temporary path beside `path`; move it into place only if the block succeeds.

    The temporary name keeps the suffixes of `path`, from which many writers choose the format.
    On any exception, a full disk included, the temporary file is removed and `path` is untouched.
    """
    target = Path(path)
    target.parent.mkdir(parents=True, exist_ok=True)
    temporary = target.with_name(f".{uuid.uuid4().hex[:8]}-{target.name}")
    try:
        yield temporary
        temporary.replace(target)
    except OSError as error:
        error.filename = error.filename or str(target)  # a full disk does not say which file
        raise
    finally:
        temporary.unlink(missing_ok=True)


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
        temporary.write_text(text)


def write_json(path: str | os.PathLike[str], value: Any) -> None:
    """Write `value` as indented JSON, atomically. NaN is refused (ValueError)."""
    write_text(path, json.dumps(value, indent=2, allow_nan=False) + "\n")
