"""The configuration as a whole: the default, the presets, and its schema."""

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from builders.settings import DEFAULT, fault, overlaid, with_key
from ccdcgan.core.config import check_config, config_schema
from runs import ROOT

SCHEMA = ROOT / "schemas" / "config.schema.json"
PRESETS = sorted((ROOT / "presets").glob("*.yaml"))
OWN_FILES = {
    name: {"data": {"path": "mine.parquet"}}
    for name in ("compare", "evaluate", "finetune", "known-phases")
}
"""What a preset leaves to the file that is laid over it."""


def test_the_default_is_read_as_it_stands() -> None:
    assert check_config(DEFAULT).model_dump(mode="json", exclude_unset=True) == overlaid(
        DEFAULT, {"data": {"source": ["prototypes"]}, "baselines": {}}
    )


@pytest.mark.parametrize("path", PRESETS, ids=lambda path: path.stem)
def test_every_preset_is_allowed(path: Path) -> None:
    overlay = overlaid(yaml.safe_load(path.read_text()), OWN_FILES.get(path.stem, {}))
    check_config(overlaid(DEFAULT, overlay))


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


@pytest.mark.parametrize(
    ("path", "value", "words"),
    [
        ("constraint.properties.0.name", "gap", ["'gap' is none of", "volume_per_atom"]),
        ("augmentation.system", "Al-Ni", ["augmentation.system: 'Al-Ni'", "Co-Hf, Cd-Li"]),
        ("gan.network", "paper", ["constraint.network: 'atoms'", "set 'tiles' or 'paper'"]),
        ("systems", ["Hf-Co"], ["systems.0: 'Hf-Co'", "write 'Co-Hf'"]),
        ("seed", -1, ["seed: -1", "a minimum of 0", "root of every random number"]),
    ],
)
def test_faults_of_one_section_beside_another(path: str, value: Any, words: list[str]) -> None:
    message = fault(with_key(path, value))
    assert [word for word in words if word not in message] == []


def test_structures_are_predicted_by_a_variant_of_the_run() -> None:
    config = with_key("gan.variants", ["ccdcgan"])
    assert fault(with_key("csp.variant", "ccdcgan", config)) == ""
    assert fault(with_key("csp.variant", "dcgan", config)) == (
        "config csp.variant: 'dcgan' is none of gan.variants: allowed are ccdcgan"
    )


def test_the_match_rate_needs_a_generator_that_is_told_the_atoms() -> None:
    own = with_key("constraint.network", "paper", with_key("pretrained.manifest", None))
    paper = with_key("gan.network", "paper", own)
    for network in ("atoms", "templates"):
        config = with_key("gan.network", network, with_key("pretrained.manifest", None))
        assert fault(with_key("statistics.csp", True, config)) == ""
    assert fault(paper) == ""
    assert fault(with_key("statistics.csp", True, paper)) == (
        "config statistics.csp: true, but gan.network 'paper' cannot be told which atoms a "
        "crystal has: set false"
    )


def test_an_arm_has_networks_of_the_run_or_shipped_ones() -> None:
    def arm(**changes: Any) -> dict[str, Any]:
        return {"other": {"variant": "ccdcgan", "generate": {}} | changes}

    templates = with_key("gan.network", "templates")
    shipped = with_key("pretrained.networks", ["autoencoder", "generator"], templates)
    assert fault(with_key("arms", arm(), templates)) == ""
    assert fault(with_key("arms", arm(network="tiles"), shipped)) == ""
    found = fault(with_key("arms", arm(network="tiles"), templates))
    assert found == (
        "config arms.other.network: 'tiles' is a shipped one: name generator in pretrained.networks"
    )
    found = fault(with_key("arms", arm(network="tiles"), with_key("gan.network", "atoms")))
    assert "'tiles', but gan.network 'atoms' has a generator of that name" in found
    found = fault(with_key("arms", arm(variant="gan"), templates))
    assert "arms.other.variant: 'gan'" in found
    one = with_key("gan.variants", ["ccdcgan", "dcgan"], templates)
    found = fault(with_key("arms", {"dcgan": arm()["other"]}, one))
    assert "config arms: 'dcgan' is the name of something else" in found
    found = fault(with_key("arms", arm(generate={"graphs": 1}), templates))
    assert "arms.other.generate.graphs: 1 graphs are fewer than generate.shards (2)" in found
    two = arm(network="tiles") | {"third": {"variant": "dcgan", "network": "paper", "generate": {}}}
    assert "one other network at a time, but there are paper, tiles" in fault(
        with_key("arms", two, shipped)
    )


def test_a_hull_on_the_energies_of_the_data_needs_them() -> None:
    config = with_key("data.properties.0.name", "band_gap")
    config = with_key("constraint.properties.0.name", "band_gap", config)
    assert fault(config) == ""
    config = with_key("hull.corrections", "none", config)
    assert fault(with_key("hull.reference", "source", config)) == (
        "config hull.reference: 'source' needs formation_energy_per_atom in data.properties"
    )


def test_energies_that_are_corrected_already_are_not_corrected_again() -> None:
    assert fault(with_key("hull.reference", "source")) == (
        "config hull.corrections: 'mp2020', but with hull.reference 'source' the energies are "
        "DFT's as published: set none"
    )


def test_the_source_of_known_phases_needs_their_table() -> None:
    config = with_key("data.source", ["known_phases"])
    assert fault(config) == ""
    assert "known_phases.path" in fault(with_key("known_phases.path", None, config))


def test_all_faults_are_named_at_once() -> None:
    config = with_key("gan.steps", 2.0, with_key("systems", ["Hf-Co", "Qq-Co"]))
    config = with_key("dft.commands.vasp", "{x}", config)
    found = f"; {fault(config)}".split("; config ")[1:]
    for word in ("gan.steps: 2.0", "'Co-Hf'", "'Qq'", "'Co-Qq'", "dft.commands.vasp: '{x}'"):
        assert len([one for one in found if word in one]) == 1
    assert len(found) == 5


def test_the_network_that_is_not_chosen_is_checked_for_itself_alone() -> None:
    for network, other in (("atoms", "paper"), ("paper", "tiles"), ("tiles", "atoms")):
        reads = network
        own = with_key("pretrained.manifest", None)
        config = with_key("gan.network", network, with_key("constraint.network", reads, own))
        assert fault(with_key(f"gan.{other}.width", 7, config)) == ""
        message = fault(with_key(f"gan.{other}.width", 0, config))
        assert message.startswith(f"config gan.{other}.width: 0 is not allowed: ")


@pytest.mark.parametrize(
    ("path", "value", "said"),
    [
        (
            "constraint.network",
            "paper",
            "config constraint.network: 'paper' reads graphs, but gan.network 'templates' is "
            "driven by atoms: set 'atoms'",
        ),
        (
            "autoencoder.graphs",
            "separated",
            "config autoencoder.graphs: 'separated', but gan.network 'templates' moves tiles from "
            "one element to another: set 'combined', or gan.network 'atoms'",
        ),
        (
            "autoencoder.network",
            "paper",
            "config autoencoder.network: 'paper', but gan.network 'templates' draws coarse images: "
            "set 'dense' or 'convolutional'",
        ),
    ],
)
def test_templates_allow_what_moves_tiles_alone(path: str, value: Any, said: str) -> None:
    own = with_key("gan.network", "templates", with_key("pretrained.manifest", None))
    assert fault(own) == ""
    assert fault(with_key(path, value, own)) == said
    assert fault(with_key(path, value, with_key("gan.network", "atoms", own))) == ""


def test_what_templates_write_is_read_as_it_is_written() -> None:
    own = with_key("gan.network", "templates", with_key("pretrained.manifest", None))
    config = with_key("constraint.network", "paper", with_key("graphs.layout", "rows", own))
    said = "gan.network 'templates' and constraint.network 'paper' graphs are read or written as"
    assert f"{said} 'tiles'" in fault(config)


def test_a_network_over_tiles_needs_their_layout_and_a_constraint_that_reads_graphs() -> None:
    own = with_key("gan.network", "tiles", with_key("pretrained.manifest", None))
    assert "constraint.network: 'atoms' reads atoms, but gan.network 'tiles'" in fault(own)
    config = with_key("constraint.network", "tiles", own)
    assert fault(config) == ""
    assert "config graphs.layout: 'rows'" in fault(with_key("graphs.layout", "rows", config))
    # Its elements are drawn, and so can be chosen; the numbers of their atoms are not.
    assert fault(with_key("generate.forbidden", ["Pm"], config)) == ""
    assert "config generate.max_atoms: 8" in fault(with_key("generate.max_atoms", 8, config))


def test_only_templates_draw_novel_compositions() -> None:
    own = with_key("pretrained.manifest", None)
    assert fault(with_key("generate.novel", True, with_key("gan.network", "templates", own))) == ""
    assert fault(with_key("generate.novel", True, with_key("gan.network", "atoms", own))) == (
        "config generate.novel: true, but gan.network 'atoms' draws training compositions: set "
        "false"
    )


def test_the_network_that_reads_graphs_learns_from_no_exchanges() -> None:
    own = with_key("constraint.network", "paper", with_key("pretrained.manifest", None))
    assert fault(own) == ""
    assert fault(with_key("constraint.exchanges.number", 5, own)) == (
        "config constraint.exchanges.number: 5, but constraint.network 'paper' reads graphs, which "
        "they have none of: set 0"
    )
