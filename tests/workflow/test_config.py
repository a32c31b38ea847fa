"""A fault in the configuration stops the run before any job and says what is allowed."""

import json
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
import yaml

from builders.settings import DEFAULT, fault, overlaid, with_key
from ccdcgan.core.config import check_config
from runs import ROOT, snakemake

SCHEMA = ROOT / "schemas" / "config.schema.json"
PRESETS = sorted((ROOT / "presets").glob("*.yaml"))


def test_default_is_allowed() -> None:
    check_config(DEFAULT)


def test_every_section_is_in_the_schema() -> None:
    assert set(json.loads(SCHEMA.read_text())["properties"]) == set(DEFAULT)


@pytest.mark.parametrize(
    ("path", "value", "words"),
    [
        ("voxles", {}, ["'voxles'", "unexpected"]),
        ("voxels.sites.sgima", 2.0, ["voxels.sites", "'sgima'", "unexpected"]),
        ("gan.steps", "many", ["gan.steps", "'many'", "integer"]),
        ("generate.graphs", 0, ["generate.graphs", "0", "minimum of 1", "number of graphs"]),
        ("generate.graphs", 1, ["generate.graphs", "1 graphs", "generate.shards (2)"]),
        ("generate.present", 0, ["generate.present", "0"]),
        (
            "gan.network",
            "dcgan",
            ["gan.network", "'dcgan'", "['templates', 'atoms', 'tiles', 'paper']"],
        ),
        ("gan.network", "paper", ["constraint.network", "'atoms'", "set 'tiles' or 'paper'"]),
        ("gan.steps", 1.5, ["gan.steps", "1.5", "integer"]),
        ("voxels.sites.sigma", 0, ["voxels.sites.sigma", "0"]),
        ("voxels.lattice.sigma", -1.0, ["voxels.lattice.sigma", "-1.0"]),
        ("voxels.sites.grid", 48, ["voxels.sites.grid", "48", "[32, 64]"]),
        ("autoencoder.combined.latent", 257, ["autoencoder.combined.latent", "257", "256"]),
        (
            "potential.name",
            "emt",
            ["potential.name", "'emt'", "chgnet or the import"],
        ),
        ("dft.engine", "abinit", ["dft.engine", "'abinit'", "'gpaw'"]),
        ("dft.timeout", 0, ["dft.timeout", "0"]),
        ("augmentation.system", "Al-Ni", ["augmentation.system", "'Al-Ni'", "Co-Hf, Cd-Li"]),
        ("augmentation.hypothetical", 0, ["augmentation.hypothetical", "0", "null for all"]),
        ("augmentation.seeds", [1, 1], ["augmentation.seeds", "non-unique"]),
        ("systems", [], ["systems", "[]"]),
        ("systems", ["Co"], ["systems.0", "'Co'", "joined by hyphens"]),
        ("systems", ["Co-Qq"], ["systems.0", "'Co-Qq'", "'Qq'", "H to Es"]),
        ("systems", ["Co-Fm"], ["systems.0", "'Fm'", "H to Es"]),
        ("systems", ["Hf-Co"], ["systems.0", "'Hf-Co'", "'Co-Hf'"]),
        ("systems", ["Co-Co"], ["systems.0", "'Co-Co'", "twice"]),
        ("systems", ["Co-Hf", "Co-Hf"], ["systems", "non-unique"]),
        ("data.split.test", 0.2, ["data.split", "1.1", "not 1"]),
        ("constraint.properties.0.goal", "target", ["constraint.properties.0", "'target'"]),
        ("constraint.properties.0.weight", -1, ["constraint.properties.0.weight", "-1", "ω"]),
        (
            "constraint.properties",
            [{"name": "volume_per_atom", "weight": 1, "goal": "minimise"}] * 2,
            ["constraint.properties", "'volume_per_atom'", "twice"],
        ),
    ],
)
def test_fault_names_key_value_and_what_is_allowed(path: str, value: Any, words: list[str]) -> None:
    message = fault(with_key(path, value))
    assert "\n" not in message
    assert [word for word in words if word not in message] == []


@pytest.mark.parametrize(
    ("path", "value", "words"),
    [
        ("gan.paper.blocks", 6, ["gan.paper.blocks", "6", "5 times"]),
        ("generate.max_atoms", 12, ["generate.max_atoms", "leave it at 20"]),
        ("generate.fractions", {"Co": [0.3, 0.7]}, ["generate.fractions", "leave it at {}"]),
    ],
)
def test_what_the_generator_of_the_paper_cannot_do(path: str, value: Any, words: list[str]) -> None:
    config = with_key(path, value)
    config["gan"]["network"] = config["constraint"]["network"] = "paper"
    message = fault(config)
    assert [word for word in words if word not in message] == []


def test_a_constraint_on_graphs_needs_the_layout_that_the_generator_writes() -> None:
    config = with_key("constraint.network", "paper")
    config["pretrained"]["manifest"] = None
    config["gan"]["network"] = "atoms"
    config["graphs"]["layout"] = "rows"
    assert "graphs.layout" in fault(config)
    config["gan"]["network"] = "paper"
    check_config(config)


def test_an_engine_needs_its_decks() -> None:
    config = with_key("dft.engine", "gpaw")
    config["dft"]["engines"] = ["vasp"]
    assert "dft.engine: 'gpaw' is none of dft.engines: allowed are vasp" in fault(config)


def test_missing_section_is_named() -> None:
    config = deepcopy(DEFAULT)
    del config["gan"]
    assert "'gan' is a required property" in fault(config)


def test_all_faults_are_named_at_once() -> None:
    config = with_key("voxels.sites.sigma", 0)
    config["seed"] = "today"
    message = fault(config)
    assert "voxels.sites.sigma" in message
    assert "seed" in message


OVERLAYS = [
    ("gan: {stpes: 3}", ["config gan:", "'stpes'"]),
    ("voxels: {sites: {sigma: 0}}", ["config voxels.sites.sigma:", "0"]),
    ("relax: {max_structures: 60.0}", ["config relax.max_structures:", "60.0", "an integer"]),
    ("potential: {fmax: .nan}", ["config potential.fmax:", "nan", "a finite number"]),
    ("gan: {atoms: {learning_rate: 1e-3}}", ["gan.atoms.learning_rate:", "write 0.001"]),
    ("systems: [Co]", ["config systems.0:", "'Co'", "joined by hyphens"]),
]


@pytest.mark.parametrize(("overlay", "words"), OVERLAYS)
def test_fault_of_an_overlay_is_one_line(overlay: str, words: list[str]) -> None:
    message = fault(overlaid(DEFAULT, yaml.safe_load(overlay)))
    assert "\n" not in message and message.startswith("config ")
    assert [word for word in words if word not in message] == []


def test_run_stops_before_any_job(tmp_path: Path) -> None:
    """With all faults of all overlays in one line."""
    files = [tmp_path / f"overlay-{number}.yaml" for number in range(len(OVERLAYS))]
    for file, (overlay, _) in zip(files, OVERLAYS, strict=True):
        file.write_text(overlay)
    run = snakemake(ROOT, "--directory", tmp_path, "--configfile", *files, "--cores", "1")
    assert run.status == 1
    (line,) = [line for line in run.output.splitlines() if line.startswith("config ")]
    assert len(line.split("; config ")) == len(OVERLAYS)
    assert [word for _, words in OVERLAYS for word in words if word not in line] == []
    assert "Traceback" not in run.output
    assert not (tmp_path / "results").exists()


@pytest.mark.parametrize("preset", PRESETS, ids=lambda path: path.stem)
def test_presets_are_overlays(tmp_path: Path, preset: Path) -> None:
    arguments = ["--directory", tmp_path, "--dry-run", "--quiet", "rules", "--configfile", preset]
    if preset.stem in (
        "compare",
        "evaluate",
        "finetune",
        "known-phases",
    ):  # they ask for the file of an overlay
        run = snakemake(ROOT, *arguments)
        assert "config data.path: the source 'local' needs it" in run.output
        (tmp_path / "mine.parquet").touch()
        (tmp_path / "mine.yaml").write_text("data: {path: mine.parquet}\n")
        arguments.append(tmp_path / "mine.yaml")
    run = snakemake(ROOT, *arguments)
    assert run.status == 0, run.output
