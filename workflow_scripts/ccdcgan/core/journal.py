"""Finished values of a job in a file, so that a killed job goes on after them."""

import fcntl
import inspect
import json
import logging
from collections.abc import Callable, Mapping
from os import PathLike
from pathlib import Path
from typing import Any

import numpy as np

from ccdcgan.core.artifacts import digest, sha256_of, versions
from ccdcgan.core.closure import code_lines
from ccdcgan.core.errors import InputError

logger = logging.getLogger(__name__)
LIBRARY = Path(__file__).resolve().parents[2]  # the folder that holds the package


class Journal:
    """Values by name in a file of JSON lines, the first of which says whose values they are.

    identity: all that a value depends on, see the function of that name. A file of another
    identity, or a damaged one, is begun anew; a last line that a kill cut off is dropped. A value
    is made of lists, dictionaries, texts and numbers; a crystal is a row with its atoms in it. The
    file is plain JSON, as it may have come with a folder of results from elsewhere: no class that
    it names is imported.
    """

    def __init__(self, path: str | PathLike[str], identity: Mapping[str, Any]) -> None:
        self.path = Path(path)
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self._file = self.path.open("a+b")
        self._lock()
        self._file.seek(0)
        text = self._file.read()
        whole = text[: text.rfind(b"\n") + 1]
        mark, *lines = whole.splitlines() or [b""]
        self.values: dict[str, Any] = {}
        try:
            if mark != digest(identity).encode():
                raise ValueError("of other settings, inputs or code")
            self.values = dict(json.loads(line) for line in lines)
            self._file.truncate(len(whole))
            logger.info("%s: going on after %d finished ones", path, len(self.values))
        except (ValueError, TypeError, RecursionError) as error:
            if text:
                logger.info("%s: %s; begun anew", path, error)
            self._file.truncate(0)
            self._write(digest(identity))

    def __setitem__(self, name: str, value: Any) -> None:
        """Store a value; it is in the file when this returns."""
        self._write(json.dumps([name, value], default=_plain))
        self.values[name] = value

    def remove(self) -> None:
        """Remove the file, once the results of the job are written."""
        self._file.close()
        self.path.unlink()

    def _lock(self) -> None:
        """Be the only process that writes; the lock ends with the process."""
        try:
            fcntl.lockf(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except (BlockingIOError, PermissionError):
            raise InputError(
                f"{self.path}: another process writes here, such as a job that has outlived its "
                "Snakemake; wait for it, or end it and run the same command again"
            ) from None
        except OSError as error:  # a file system without locks
            logger.warning("%s: cannot be locked (%s)", self.path, error)

    def _write(self, line: str) -> None:
        self._file.write(line.encode() + b"\n")
        self._file.flush()


def _plain(value: Any) -> Any:
    if isinstance(value, np.generic):
        return value.item()
    raise TypeError(f"a {type(value).__name__} in a journal")


def identity(snakemake: Any, *functions: Callable[..., Any], **more: Any) -> dict[str, Any]:
    """All that the values of a job depend on; where it differs, its journal is begun anew.

    That is the params with a name (which leaves out the code of the script), the content of the
    inputs, the versions of the packages and, of the library, the modules of the `functions` that
    make and write the values, with what they import. Code around them, which reads inputs and
    writes results, decides no value, and a comment none at all. `more`: what else decides, such as
    the package of the potential.
    """
    modules = [Path(inspect.getfile(function)).resolve() for function in functions]
    return {
        **more,
        "code": sorted({line for module in modules for line in code_lines(module, LIBRARY)}),
        "params": dict(snakemake.params.items()),
        "wildcards": dict(snakemake.wildcards.items()),
        "inputs": {path: sha256_of(path) for path in snakemake.input},
        "versions": versions(),
    }
