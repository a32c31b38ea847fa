"""What a query has fetched so far, so that a broken one goes on where it stopped."""

import gzip
import json
import logging
import shutil
import zlib
from collections.abc import Iterator, Mapping
from os import PathLike
from pathlib import Path
from typing import Any

from ccdcgan.core.artifacts import atomic, digest, read_json, write_json
from ccdcgan.core.errors import InputError

logger = logging.getLogger(__name__)


class PageStore:
    """Pages of one query in a folder, each whole or absent, as gzipped JSON.

    `identity` is everything that the answer depends on (query, fields, version of the database).
    Pages of another identity are removed: they answer another question.
    """

    def __init__(self, folder: str | PathLike[str], identity: Mapping[str, Any]) -> None:
        self.folder = Path(folder)
        mark = self.folder / "query.json"
        self._key = digest(identity)
        try:
            known = read_json(mark, "digest")["digest"] if mark.exists() else None
        except InputError:
            known = "damaged"
        if known not in (None, self._key):
            logger.info("%s holds the answer to another query: fetched again", folder)
            shutil.rmtree(self.folder)
        if known != self._key:
            write_json(mark, {"digest": self._key, "query": identity})

    def read(self, name: str) -> Any | None:
        """Return the content of a page; None if it has not been fetched, or is damaged."""
        path = self._path(name)
        try:
            with gzip.open(path, "rt", encoding="utf-8") as file:
                return json.load(file)
        except FileNotFoundError:
            return None
        except (OSError, EOFError, ValueError, RecursionError, zlib.error) as error:
            logger.warning("%s is damaged (%s): fetched again", path, error)
            return None

    def write(self, name: str, content: Any) -> None:
        """Store a page."""
        with (
            atomic(self._path(name)) as temporary,
            gzip.open(temporary, "wt", encoding="utf-8") as file,
        ):
            json.dump(content, file)

    def numbered(self) -> Iterator[Any]:
        """Yield the pages 0, 1, … as far as they have been fetched without a gap."""
        number = 0
        while (page := self.read(f"{number:05d}")) is not None:
            yield page
            number += 1

    def _path(self, name: str) -> Path:
        return self.folder / f"page-{name}.json.gz"
