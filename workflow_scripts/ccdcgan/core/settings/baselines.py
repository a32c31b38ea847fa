"""What generated crystals are compared with: those that no network made, and other models'."""

import re
from collections.abc import Iterator
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from ccdcgan.core.settings.fields import Place, Text, refuse

BuiltIn = Literal["random", "exchange"]
BUILT_IN = ("random", "exchange")
NAME = "^[a-z][a-z0-9-]*$"
TAKEN = (
    *("dcgan", "ccdcgan", "test", "paper", "measure", "meaning"),
    *("statistics", "properties", "energies", "elements", "rediscover"),
)
"""Names of variants, and of the files and columns beside which those of a baseline stand."""

PeerName = Annotated[str, Field(pattern=NAME)]


def _as_mapping(given: Any) -> Any:
    """Make one mapping of a list of names and mappings: null for a built-in name."""
    if not isinstance(given, list | dict):
        return given
    found: dict[str, str | None] = {}
    for place, name, path in _entries(given):
        refuse((place, text) for text in _faults(name, path, found))
        found[name] = path
    return found


def _entries(given: list[Any] | dict[Any, Any]) -> Iterator[tuple[Place, Any, Any]]:
    """Give the place, name and file of each baseline; None where no file is named."""
    if isinstance(given, dict):
        yield from (((name,), name, path) for name, path in given.items())
        return
    for number, entry in enumerate(given):
        if isinstance(entry, dict):
            yield from (((number, *place), *rest) for place, *rest in _entries(entry))
        else:
            yield (number,), entry, None


def _faults(name: Any, path: Any, earlier: dict[str, str | None]) -> Iterator[str]:
    if name in BUILT_IN and path is not None:
        yield f"{name!r} is made here and takes no file: choose another name"
    elif name not in BUILT_IN and path is None:
        yield (
            f"{name!r} is not allowed: one of {list(BUILT_IN)}, or a mapping of another model's "
            "name to the file of its crystals"
        )
    elif name in TAKEN:
        yield f"{name!r} is the name of something else: choose another one"
    elif not re.match(NAME, str(name)):
        yield f"{name!r} is not allowed: lower-case letters, digits and hyphens"
    elif name in earlier:
        yield f"{name!r} is named twice: name each once"
    elif path is not None and (not isinstance(path, str) or not path):
        yield f"{path!r} is no file of crystals: any kind that data.path takes"


Baselines = Annotated[
    dict[str, str | None],
    BeforeValidator(
        _as_mapping,
        json_schema_input_type=list[BuiltIn | dict[PeerName, Text]] | dict[PeerName, Text | None],
    ),
]
"""By name, the file of another model's crystals; None for those that are made here.

Written as a list of names and mappings, or as one mapping.
"""
