"""Checks of a configuration before any job starts."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import jsonschema
import yaml

from ccdcgan.core.errors import InputError

MAX_ATOMIC_NUMBER = 99
MOST_BLOCKS = 5  # halvings of a graph's side of 160 numbers


def energy_scheme(potential: Mapping[str, Any]) -> str:
    """What the energies of a potential are called: its name, and its arguments if it has some."""
    arguments = potential["arguments"]
    return potential["name"] + (f" {json.dumps(arguments, sort_keys=True)}" if arguments else "")


def check_config(config: Mapping[str, Any], schema_path: str | Path) -> None:
    """Raise `InputError` with one line a fault: the key's path, its value and what is allowed.

    Types, ranges and unknown keys come from the schema; what a schema cannot say (elements that
    exist, fractions that add up, a target for the goal that needs one) is checked here.
    """
    schema = yaml.safe_load(Path(schema_path).read_text())
    validator = jsonschema.Draft202012Validator(schema)
    faults = [_schema_fault(error) for error in validator.iter_errors(config)]
    if not faults:
        faults = _semantic_faults(config)
    if faults:
        raise InputError("; ".join(sorted(faults)))


def _schema_fault(error: jsonschema.ValidationError) -> str:
    path = ".".join(str(part) for part in error.absolute_path) or "top level"
    note = error.schema.get("description") if isinstance(error.schema, dict) else None
    return f"config {path}: {error.message}" + (f" ({note})" if note else "")


def _semantic_faults(config: Mapping[str, Any]) -> list[str]:
    from pymatgen.core import Element

    faults = []
    seen: dict[tuple[str, frozenset[str]], str] = {}
    named = [(f"systems.{i}", system) for i, system in enumerate(config["systems"])]
    asked = enumerate(config["generate"]["systems"] or [])
    named += [(f"generate.systems.{i}", system) for i, system in asked]
    for key, system in named:
        where = f"config {key}: {system!r}"
        elements = system.split("-")
        for symbol in elements:
            if not Element.is_valid_symbol(symbol) or Element(symbol).Z > MAX_ATOMIC_NUMBER:
                faults.append(f"{where} names the unknown element {symbol!r}: allowed are H to Es")
        if len(set(elements)) != len(elements):
            faults.append(f"{where} names an element twice: name each once")
        elif list(elements) != sorted(elements):
            faults.append(
                f"{where} is not in alphabetical order: write {'-'.join(sorted(elements))!r}"
            )
        same = (key.rpartition(".")[0], frozenset(elements))
        if same in seen:
            faults.append(f"{where} is the same system as {seen[same]!r}: name it once")
        seen[same] = system
    faults += _data_faults(config["data"])
    faults += _generator_faults(config)
    faults += _augmentation_faults(config)
    properties = [entry["name"] for entry in config["data"]["properties"]]
    if config["hull"]["reference"] == "source" and "formation_energy_per_atom" not in properties:
        faults.append(
            "config hull.reference: 'source' needs formation_energy_per_atom in data.properties"
        )
    engine, engines = config["dft"]["engine"], config["dft"]["engines"]
    if engine and engine not in engines:
        faults.append(
            f"config dft.engine: {engine!r} is none of dft.engines: "
            f"allowed are {', '.join(engines)}"
        )
    names = [entry["name"] for entry in config["constraint"]["properties"]]
    known = [entry["name"] for entry in config["data"]["properties"]] + ["volume_per_atom"]
    for index, entry in enumerate(config["constraint"]["properties"]):
        where = f"config constraint.properties.{index}"
        if entry["goal"] == "target" and "target" not in entry:
            faults.append(f"{where}: the goal 'target' needs a key 'target' with a number")
        if entry["name"] not in known:
            faults.append(
                f"{where}.name: {entry['name']!r} is none of data.properties: "
                f"allowed are {', '.join(known)}"
            )
        if names.count(entry["name"]) > 1:
            faults.append(f"{where}: {entry['name']!r} is named twice: name each property once")
    return faults


def _augmentation_faults(config: Mapping[str, Any]) -> list[str]:
    systems = config["generate"]["systems"] or config["systems"]
    system = config["augmentation"]["system"]
    if system is None or system in systems:
        return []
    return [
        f"config augmentation.system: {system!r} is none of the systems of the run: "
        f"allowed are {', '.join(systems)}"
    ]


def _generator_faults(config: Mapping[str, Any]) -> list[str]:
    gan, generate, reads = config["gan"], config["generate"], config["constraint"]["network"]
    faults = []
    if generate["graphs"] < generate["shards"]:
        faults.append(
            f"config generate.graphs: {generate['graphs']} graphs are fewer than "
            f"generate.shards ({generate['batches']})"
        )
    if gan["network"] == "atoms":
        if reads == "paper" and config["graphs"]["layout"] != "tiles":
            faults.append(
                "config graphs.layout: with constraint.network 'paper' the generator 'atoms' needs "
                "'tiles', which it writes"
            )
        return faults
    if reads != "paper":
        faults.append(
            f"config constraint.network: {reads!r} reads atoms, but gan.network 'paper' writes "
            "graphs: set 'paper' here too"
        )
    if gan["blocks"] > MOST_BLOCKS:
        faults.append(
            f"config gan.blocks: {gan['blocks']} convolutions; a graph of 160×160 can be halved "
            f"{MOST_BLOCKS} times"
        )
    if generate["descent"]["steps"]:
        faults.append("config generate.descent.steps: gan.network 'paper' has no descent: set 0")
    for key, free in (("max_atoms", 20), ("fractions", {})):
        if generate[key] != free:
            faults.append(
                f"config generate.{key}: gan.network 'paper' cannot be told which atoms a crystal "
                f"has, only its elements (generate.systems): leave it at {free}"
            )
    return faults


def _data_faults(data: Mapping[str, Any]) -> list[str]:
    from pymatgen.core import Element

    faults = []
    split = {name: value for name, value in data["split"].items() if name != "by"}
    if abs(sum(split.values()) - 1) > 1e-9:
        faults.append(f"config data.split: {split} adds up to {sum(split.values()):g}, not 1")
    sources = [data["source"]] if isinstance(data["source"], str) else data["source"]
    needed = {"local": ["path"], "optimade": ["optimade.url", "optimade.filter"]}
    for source in sources:
        for key in needed.get(source, []):
            value: Any = data
            for part in key.split("."):
                value = value[part]
            if not value:
                faults.append(f"config data.{key}: the source {source!r} needs it")
    names = [entry["name"] for entry in data["properties"]]
    for name in sorted({name for name in names if names.count(name) > 1}):
        faults.append(f"config data.properties: {name!r} is named twice: name each once")
    for key in ("elements", "exclude"):
        for symbol in data["filters"][key]:
            if not Element.is_valid_symbol(symbol):
                faults.append(f"config data.filters.{key}: {symbol!r} is no element")
    limit = data["filters"]["max_above_hull"]
    if limit is not None and "energy_above_hull" not in names:
        faults.append(
            "config data.filters.max_above_hull: name energy_above_hull in data.properties"
        )
    if bool(data["matbench"]["url"]) != bool(data["matbench"]["sha256"]):
        faults.append("config data.matbench: url and sha256 are given together or not at all")
    return faults
