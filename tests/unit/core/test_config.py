"""The models of the configuration: what they take, what they refuse, and in which words."""

import json
import math
from copy import deepcopy
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml
from pydantic import BaseModel, ValidationError
from pymatgen.core import Element

from ccdcgan.core.config import Config, check_config, config_schema
from ccdcgan.core.errors import InputError
from ccdcgan.core.limits import MAX_ATOMIC_NUMBER
from ccdcgan.core.settings.fields import SYMBOLS

ROOT = Path(__file__).resolve().parents[3]
DEFAULT = yaml.safe_load((ROOT / "config.yaml").read_text())
SCHEMA = ROOT / "schemas" / "config.schema.json"
PRESETS = sorted((ROOT / "presets").glob("*.yaml"))
OWN_FILES = {"evaluate": {"data": {"path": "mine.parquet"}}}
"""What a preset leaves to the file that is laid over it."""


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
    with pytest.raises(InputError) as caught:
        check_config(config)
    return str(caught.value)


def preset(path: Path) -> dict[str, Any]:
    return overlaid(yaml.safe_load(path.read_text()), OWN_FILES.get(path.stem, {}))


def leaves(value: Any, path: tuple[str, ...] = ()) -> dict[str, Any]:
    """The values of all keys that are no sections, by their path."""
    if not isinstance(value, dict) or not value:
        return {".".join(path): value}
    return {k: v for key, entry in value.items() for k, v in leaves(entry, (*path, key)).items()}


TIMES = {"dft.timeout"}  # a whole number of minutes by default, of which there are fractions
COUNTS = [
    path for path, value in leaves(DEFAULT).items() if type(value) is int and path not in TIMES
]
NUMBERS = [path for path, value in leaves(DEFAULT).items() if type(value) in (int, float)]


def test_the_default_is_read_as_it_stands() -> None:
    assert check_config(DEFAULT).model_dump(mode="json", exclude_unset=True) == overlaid(
        DEFAULT, {"data": {"source": ["prototypes"]}}
    )


def test_no_model_has_a_default_of_its_own() -> None:
    def optional(model: type[BaseModel]) -> set[str]:
        names = {f"{model.__name__}.{name}" for name in model.model_fields}
        return names - {
            f"{model.__name__}.{name}"
            for name, field in model.model_fields.items()
            if field.is_required()
        }

    models = [Config, *models_in(Config)]
    assert set().union(*map(optional, models)) == {"ConstraintProperty.target"}


def models_in(model: type[BaseModel]) -> set[type[BaseModel]]:
    """All models that a model holds, directly or through one another."""

    def within(annotation: Any) -> set[type[BaseModel]]:
        if isinstance(annotation, type) and issubclass(annotation, BaseModel):
            return {annotation, *models_in(annotation)}
        return set().union(*map(within, getattr(annotation, "__args__", ())))

    return set().union(*(within(field.annotation) for field in model.model_fields.values()))


SECTIONS = sorted(models_in(Config), key=lambda model: model.__name__)


@pytest.mark.parametrize("model", [Config, *SECTIONS], ids=lambda model: model.__name__)
def test_every_section_is_frozen_and_closed(model: type[BaseModel]) -> None:
    assert model.model_config["frozen"] and model.model_config["extra"] == "forbid"
    assert model.model_config["strict"] and not model.model_config["allow_inf_nan"]


def test_a_value_cannot_be_changed() -> None:
    config = check_config(DEFAULT)
    with pytest.raises(ValidationError, match="frozen"):
        config.gan.atoms.width = 1  # type: ignore[misc]


@pytest.mark.parametrize("path", PRESETS, ids=lambda path: path.stem)
def test_every_preset_is_allowed(path: Path) -> None:
    check_config(overlaid(DEFAULT, preset(path)))


def test_schema_is_up_to_date() -> None:
    assert json.loads(SCHEMA.read_text()) == config_schema(DEFAULT), "run `make schema`"


def test_schema_takes_what_the_models_take() -> None:
    validator = jsonschema.Draft202012Validator(json.loads(SCHEMA.read_text()))
    validator.validate(DEFAULT)
    validator.validate({})
    for path in PRESETS:
        validator.validate(yaml.safe_load(path.read_text()))
    assert not validator.is_valid({"voxels": {"sites": {"sgima": 2.0}}})
    assert not validator.is_valid({"constraint": {"properties": [{"name": "band_gap"}]}})


def test_schema_holds_defaults_and_meanings() -> None:
    gan = json.loads(SCHEMA.read_text())["properties"]["gan"]["properties"]
    assert gan["atoms"]["properties"]["penalty"]["default"] == DEFAULT["gan"]["atoms"]["penalty"]
    assert "smoothness" in gan["atoms"]["properties"]["penalty"]["description"]
    assert gan["paper"]["properties"]["blocks"]["maximum"] == 5


def test_elements_are_those_of_the_periodic_table() -> None:
    every = [Element.from_Z(number).symbol for number in range(1, MAX_ATOMIC_NUMBER + 1)]
    assert every == SYMBOLS


@pytest.mark.parametrize("path", NUMBERS)
@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_no_number_is_nan_or_infinite(path: str, value: float) -> None:
    message = fault(with_key(path, value))
    assert message.startswith(f"config {path}: {value} is not allowed: ")


@pytest.mark.parametrize("path", COUNTS)
def test_a_count_is_no_fraction(path: str) -> None:
    message = fault(with_key(path, 60.0))
    assert message.startswith(f"config {path}: 60.0 is not allowed: ")
    assert "an integer" in message or "one of [" in message
    assert ";" not in message.partition("(")[0]


@pytest.mark.parametrize("path", NUMBERS)
@pytest.mark.parametrize(("value", "shown"), [(True, "true"), (None, "null"), ([1], "[1]")])
def test_a_number_is_nothing_else(path: str, value: Any, shown: str) -> None:
    try:
        check_config(with_key(path, value))
    except InputError as error:
        assert str(error).startswith(f"config {path}: {shown} is not allowed: ")
    else:
        null_for_no_limit = {"data.filters.max_energy", "statistics.max_above_hull"}
        assert value is None and path in null_for_no_limit


@pytest.mark.parametrize("path", ["potential.fmax", "gan.atoms.penalty", "dft.espresso.cutoff"])
def test_a_whole_number_stands_for_any_number(path: str) -> None:
    check_config(with_key(path, 60))


@pytest.mark.parametrize(
    ("path", "text", "words"),
    [
        ("gan.atoms.learning_rate", "1e-3", ["'1e-3' is text", "write 0.001;", "above 0", "Adam"]),
        ("denoiser.learning_rate", "1e-7", ["'1e-7' is text", "write 1.0e-07;"]),
        ("gan.steps", "1e3", ["'1e3' is text", "write 1000;", "an integer with a minimum of 1"]),
        ("data.filters.max_energy", "5e-1", ["'5e-1' is text", "write 0.5;", "or null"]),
        ("gan.steps", "200", ["'200' is text", "write 200;"]),
    ],
)
def test_numbers_that_yaml_reads_as_text(path: str, text: str, words: list[str]) -> None:
    assert yaml.safe_load(f"value: {text}")["value"] in (text, 200)
    message = fault(with_key(path, text))
    assert message.startswith(f"config {path}: ")
    assert [word for word in words if word not in message] == []
    written = yaml.safe_load(message.partition("write ")[2].partition(";")[0])
    assert written == float(text)
    check_config(with_key(path, written))


@pytest.mark.parametrize("text", ["many", ".nan", "nan", "1,5", ""])
def test_text_that_is_no_number(text: str) -> None:
    message = fault(with_key("potential.fmax", text))
    assert message.startswith(f"config potential.fmax: {text!r} is not allowed: a finite number")


def sections(config: dict[str, Any], path: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    """The paths of all sections, the configuration itself among them."""
    inner = {key: value for key, value in config.items() if isinstance(value, dict) and value}
    inner.pop("pseudopotentials", None)
    inner.pop("criteria", None)
    return [path, *(one for key, value in inner.items() for one in sections(value, (*path, key)))]


@pytest.mark.parametrize("path", sections(DEFAULT), ids=lambda path: ".".join(path) or "top level")
def test_an_unknown_key_is_named_with_those_that_are_known(path: tuple[str, ...]) -> None:
    message = fault(with_key(".".join((*path, "unheard_of")), 1))
    section: Any = DEFAULT
    for key in path:
        section = section[key]
    where = ".".join(path) or "top level"
    assert message.startswith(f"config {where}: 'unheard_of' is an unexpected key: allowed are ")
    assert set(message.partition("allowed are ")[2].split(", ")) == set(section)


@pytest.mark.parametrize("path", sections(DEFAULT)[1:], ids=lambda path: ".".join(path))
@pytest.mark.parametrize("value", [None, 3, ["a"]])
def test_a_section_is_no_value(path: tuple[str, ...], value: Any) -> None:
    message = fault(with_key(".".join(path), value))
    assert message.startswith(f"config {'.'.join(path)}: ") and "a section with the keys" in message


@pytest.mark.parametrize(
    ("path", "text", "unknown", "allowed"),
    [
        ("dft.commands.espresso", "mpirun -n {treads} pw.x", "{treads}", "{threads}"),
        ("dft.commands.vasp", "srun -n {} vasp_std", "{}", "{threads}"),
        ("dft.commands.gpaw", "mpiexec -n {threads gpaw python", "{", "{threads}"),
        ("dft.espresso.pseudopotentials.default", "{symbol}.UPF", "{symbol}", "{element}"),
        ("dft.espresso.pseudopotentials.Co", "{element}.UPF", "{element}", "none"),
    ],
)
def test_unknown_placeholders(path: str, text: str, unknown: str, allowed: str) -> None:
    assert fault(with_key(path, text)) == (
        f"config {path}: {text!r} holds the unknown placeholder {unknown!r}: allowed is {allowed}"
    )


def test_known_placeholders() -> None:
    config = with_key("dft.commands.espresso", "mpirun -n {threads} pw.x")
    config = with_key("dft.espresso.pseudopotentials.default", "pbe/{element}.UPF", config)
    assert check_config(config).dft.commands.espresso == "mpirun -n {threads} pw.x"


SHA256 = "0" * 64
FILE = {"path": "a.keras", "sha256": SHA256}


@pytest.mark.parametrize(
    ("path", "value", "words"),
    [
        ("gan.network", "dcgan", ["'dcgan'", "one of ['atoms', 'paper']", "what writes the graph"]),
        ("gan.variants", ["gan"], ["gan.variants.0", "'gan'", "one of ['dcgan', 'ccdcgan']"]),
        ("dft.engine", "abinit", ["'abinit'", "one of ['vasp', 'espresso', 'gpaw'] or null"]),
        ("voxels.sites.grid", 64.0, ["64.0", "one of [32, 64]"]),
        ("data.source", "oqmd", ["config data.source:", "'oqmd'", "'prototypes'", "or a list"]),
        ("data.source", ["local", "oqmd"], ["config data.source.1:", "'oqmd'", "'prototypes'"]),
        ("data.source", "local", ["config data.path: the source 'local' needs it"]),
        ("data.source", ["optimade"], ["config data.optimade.url:", "config data.optimade.filter"]),
        ("data.filters.exclude", ["Xx"], ["data.filters.exclude.0", "'Xx'", "H to Es"]),
        ("data.filters.max_above_hull", 0.1, ["0.1 needs energy_above_hull in data.properties"]),
        ("data.matbench.url", "file.gz", ["data.matbench: url and sha256 are given together"]),
        ("data.columns", {1: "a"}, ["config data.columns: the key 1 is not allowed: text"]),
        ("data.materials_project.criteria", {}, ["{}", "a minimum length of 1"]),
        ("data.properties", [{"name": "E"}], ["properties.0.name", "'E'", "lower-case", "'unit'"]),
        ("generate.fractions", {"Qq": [0, 1]}, ["generate.fractions", "'Qq' is no element"]),
        ("generate.fractions", {"Co": [0.3]}, ["generate.fractions.Co", "[0.3]", "length of 2"]),
        ("generate.fractions", {"Co": [0.7, 0.3]}, ["generate.fractions.Co", "above its largest"]),
        ("generate.systems", ["Hf-Co"], ["generate.systems.0", "write 'Co-Hf'"]),
        ("gan.noise", 30, ["gan.noise", "30", "a multiple of 20"]),
        ("gan.seed", 2**32, ["gan.seed", "a value below 4294967296"]),
        ("hull.few", 1, ["hull.few", "above 0 and a value below 1"]),
        ("hull.reference", "source", ["hull.reference", "needs formation_energy_per_atom"]),
        ("decode", {"threshold": 0.3}, ["config decode: 'min_distance' is a required property (Å"]),
        ("dft.espresso.pseudopotentials", {"Co": "a"}, ["'default' is a required key"]),
        ("dft.espresso.pseudopotentials.Qq", "a", ["pseudopotentials.Qq", "H to Es and default"]),
        ("potential.arguments", {"scale": math.inf}, ["potential.arguments.scale: inf"]),
        ("pretrained.autoencoder", {"sites": FILE}, ["the key 'sites'", "['lattice', 'combined']"]),
        ("pretrained.denoiser", {"path": "a"}, ["pretrained.denoiser: 'sha256' is a required"]),
        ("pretrained.denoiser", FILE | {"sha256": "f"}, ["denoiser.sha256: 'f'", "64 hexadecimal"]),
        ("constraint.properties.0.name", "gap", ["'gap' is none of", "volume_per_atom"]),
        ("data.prototypes.copies.strained", -1, ["copies.strained", "-1", "a minimum of 0"]),
    ],
)
def test_fault_names_key_value_and_what_is_allowed(path: str, value: Any, words: list[str]) -> None:
    config = with_key(path, value)
    if path == "hull.reference":
        config = with_key("data.properties.0.name", "band_gap", config)
        config = with_key("constraint.properties.0.name", "band_gap", config)
    message = fault(config)
    assert message.startswith("config ") and "\n" not in message
    assert [word for word in words if word not in message] == []


def test_a_date_is_no_text() -> None:
    criteria = yaml.safe_load("{last_updated: 2026-01-01}")
    message = fault(with_key("data.materials_project.criteria", criteria))
    assert "criteria.last_updated: '2026-01-01' is read as a date: quote it" in message


def test_a_long_value_is_cut() -> None:
    assert len(fault(with_key("gan.network", "x" * 10_000))) < 300


def test_all_faults_are_named_at_once() -> None:
    config = with_key("gan.steps", 2.0, with_key("systems", ["Hf-Co", "Qq-Co"]))
    config = with_key("dft.commands.vasp", "{x}", config)
    found = fault(config).split("; ")
    for word in ("gan.steps: 2.0", "'Co-Hf'", "'Qq'", "'Co-Qq'", "dft.commands.vasp: '{x}'"):
        assert len([one for one in found if word in one]) == 1
    assert all(one.startswith("config ") for one in found if "generator updates" not in one)


def test_a_section_is_none_of_the_other_networks_concern() -> None:
    """Whatever the keys of the network that is not chosen, they are checked, but no rule is."""
    for network, other in (("atoms", "paper"), ("paper", "atoms")):
        config = with_key("gan.network", network)
        config["constraint"]["network"] = network
        check_config(with_key(f"gan.{other}.width", 7, config))
        assert f"gan.{other}.width: 0 " in fault(with_key(f"gan.{other}.width", 0, config))
        only = "blocks" if network == "atoms" else "penalty"
        assert (
            f"'{only}'"
            not in fault(with_key(f"gan.{network}.unheard_of", 1, config)).partition("allowed")[0]
        )
