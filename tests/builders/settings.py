"""Configurations for tests, and their sections: the default ones, changed."""

from copy import deepcopy
from typing import Any, TypeVar

import yaml

from ccdcgan.core.config import check_config
from ccdcgan.core.errors import InputError
from ccdcgan.core.settings.fields import Settings
from runs import ROOT

S = TypeVar("S", bound=Settings)
DEFAULT = yaml.safe_load((ROOT / "config.yaml").read_text())
SECTIONS = check_config(DEFAULT)
"""The sections of the default configuration."""


def changed(section: S, **changes: Any) -> S:
    """Return a section with some of its keys changed, checked as any other."""
    return type(section).model_validate(section.model_dump() | changes)


def overlaid(config: dict[str, Any], overlay: dict[str, Any]) -> dict[str, Any]:
    """A configuration with another laid over it: sections are merged, all else is replaced."""
    merged = deepcopy(config)
    for key, value in overlay.items():
        both = isinstance(value, dict) and isinstance(merged.get(key), dict)
        merged[key] = overlaid(merged[key], value) if both else value
    return merged


def with_key(path: str, value: Any, config: dict[str, Any] = DEFAULT) -> dict[str, Any]:
    """The default configuration with one key set."""
    changed = deepcopy(config)
    *parents, last = [int(part) if part.isdigit() else part for part in path.split(".")]
    section: Any = changed
    for key in parents:
        section = section[key]
    section[last] = value
    return changed


def fault(config: dict[str, Any]) -> str:
    """Return what is said of a configuration; empty if nothing is wrong with it."""
    try:
        check_config(config)
    except InputError as error:
        return str(error)
    return ""


def leaves(value: Any, path: tuple[str, ...] = ()) -> dict[str, Any]:
    """The values of all keys that are no sections, by their path."""
    if not isinstance(value, dict) or not value:
        return {".".join(path): value}
    return {k: v for key, entry in value.items() for k, v in leaves(entry, (*path, key)).items()}
