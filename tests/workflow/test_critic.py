"""The critic: where it is trained, and that graphs are made with it."""

from pathlib import Path

import pytest

from ccdcgan.core.shards import read_shard
from ccdcgan.generation.critic import Critic
from ccdcgan.representation.graph_layout import GRAPHS
from runs import ROOT, Run, snakemake

ANY = "systems: null, graphs: 20, shards: 1, critic: 30"


def generate(folder: Path, settings: str, *arguments: str) -> Run:
    (folder / "overlay.yaml").write_text(
        f"gan: {{variants: [dcgan, ccdcgan]}}\ngenerate: {{{settings}}}\n"
    )
    files = ["--configfile", ROOT / "presets/generate.yaml", folder / "overlay.yaml"]
    return snakemake(ROOT, *arguments, "--directory", folder, *files, "--", "generate")


@pytest.mark.parametrize(
    ("settings", "trained"),
    [
        (ANY, True),
        (ANY.replace("critic: 30", "critic: 0"), False),
        (ANY + ", choose: templates", False),
        (ANY + ", compositions: training", False),
        (ANY.replace("null", "[Co-Hf]"), False),
    ],
)
def test_it_is_trained_where_constraints_choose_among_compositions(
    tmp_path: Path, settings: str, trained: bool
) -> None:
    run = generate(tmp_path, settings, "--dry-run")
    assert run.status == 0, run.output[-20_000:]
    assert run.jobs.get("train_critic", 0) == trained
    assert run.jobs["generate_graphs"] == 2


def test_graphs_of_any_system_are_made_with_it(tmp_path: Path) -> None:
    run = generate(tmp_path, ANY)
    assert run.status == 0, run.output[-20_000:]
    prices = Critic.read(tmp_path / "results/generated/ccdcgan/critic.json").prices
    assert prices.any()
    assert not (tmp_path / "results/generated/dcgan/critic.json").exists()
    with read_shard(tmp_path / "results/generated/ccdcgan/shard-0000.h5", GRAPHS) as file:
        assert file["graphs"].shape == (20, 160, 160)
