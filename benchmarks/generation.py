"""Speed of the generator beside the paper's, and of the way from noise to checked crystals.

    python benchmarks/generation.py [--graphs 1000] [--structures 200] [--seconds 6]

The networks are the shipped ones, the structures AFLOW prototypes decorated with random elements.
Prints and writes, to results/bench/:

updates.csv: updates a second of our networks and of the paper's (presets/paper.yaml) at the same
batch, with and without the constraint, two threads; measured in turns after a warm-up.
generation.csv: seconds from 1,000 times noise to checked crystals, by two processes of one thread,
as two jobs of the workflow make them; work alone, and with the start of Python.
decoding.csv: crystals a second from stored graphs to structures, by two processes of one thread.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "workflow_scripts"), str(ROOT / "benchmarks")]
HALVES = 2
os.environ.setdefault("OMP_NUM_THREADS", "2")
os.environ.setdefault("TF_NUM_INTRAOP_THREADS", "2")
os.environ.setdefault("TF_NUM_INTEROP_THREADS", "1")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

import numpy as np
import pandas as pd
import yaml
from data import decorated

from ccdcgan.codec.decode import decode_graphs, decode_shard
from ccdcgan.codec.encode import encode_shard
from ccdcgan.codec.graph_table import read_graphs
from ccdcgan.core.settings.constraint import ConstraintProperty
from ccdcgan.core.settings.gan import GAN_TRAINING
from ccdcgan.core.settings.generation import GenerateSettings
from ccdcgan.core.settings.voxels import VoxelSettings
from ccdcgan.core.shards import read_shard
from ccdcgan.crystals.table import Crystals
from ccdcgan.generation.generate import generate_graphs
from ccdcgan.networks.autoencoder import Autoencoders, load_autoencoders
from ccdcgan.networks.constraint import Constraint
from ccdcgan.networks.files import load_model
from ccdcgan.representation.graph_layout import GRAPHS
from ccdcgan.representation.voxel_shards import write_lattice_shard, write_site_shard
from ccdcgan.training.constraint_loss import ConstraintTerm
from ccdcgan.training.gan import make_adversary

CONFIG, GENERATE, PAPER = (
    yaml.safe_load((ROOT / name).read_text())
    for name in ("config.yaml", "presets/generate.yaml", "presets/paper.yaml")
)
VOXELS = VoxelSettings.model_validate(CONFIG["voxels"])
SHIPPED = ROOT / "pretrained"
PROPERTY = "formation_energy_per_atom"
BATCH = 16
ROUNDS = 3


def shipped_autoencoders() -> Autoencoders:
    """Load the autoencoders that come with the workflow."""
    return load_autoencoders(str(SHIPPED / "lattice.keras"), [str(SHIPPED / "combined.keras")], [])


def write_graphs(structures: Crystals, networks: Autoencoders, folder: Path) -> str:
    """A shard of the structures' graphs; its path."""
    sites, cells, graphs = (str(folder / f"{name}.h5") for name in ("sites", "cells", "graphs"))
    write_site_shard(sites, structures, VOXELS.sites, {})
    write_lattice_shard(cells, structures, VOXELS.lattice, {})
    encode_shard(graphs, sites, cells, structures, [], networks, "tiles", {})
    return graphs


def updates(
    structures: Crystals, shard: str, networks: Autoencoders, seconds: float
) -> pd.DataFrame:
    """Updates a second of both generators with and without a constraint, and their ratio."""
    graphs, rows = read_graphs([shard]), []
    own = ("variants", "seed", "atoms", "tiles", "paper")
    shared = {k: v for k, v in CONFIG["gan"].items() if k not in own}
    sizes = {
        name: shared | {"network": network} | CONFIG["gan"][network]
        for name, network in (("ours", "atoms"), ("paper", "paper"))
    }
    reading = {"width": PAPER["constraint"]["width"], "blocks": PAPER["constraint"]["blocks"]}
    constraints = {
        "ours": load_model(SHIPPED / f"{PROPERTY}.keras", Constraint),
        "paper": Constraint(name=PROPERTY, kind="paper", mean=0.0, spread=1.0, **reading),
    }
    for variant in ("dcgan", "ccdcgan"):
        adversaries = {}
        for name, settings in sizes.items():
            terms = (
                [ConstraintTerm(constraints[name], 0.1, "minimise")] if variant == "ccdcgan" else []
            )
            told = GAN_TRAINING.validate_python({**settings, "batch": BATCH})
            adversaries[name] = make_adversary(graphs, terms, told, structures, networks, seed=1)
        for name in adversaries:
            _updates_for(*adversaries[name], 0.0)  # builds the graph
        made, spent = dict.fromkeys(adversaries, 0), dict.fromkeys(adversaries, 0.0)
        for _ in range(ROUNDS):
            for name in adversaries:
                number, time_taken = _updates_for(*adversaries[name], seconds)
                made[name] += number
                spent[name] += time_taken
        rates = {f"{name}_per_s": made[name] / spent[name] for name in adversaries}
        ratio = rates["ours_per_s"] / rates["paper_per_s"]
        rows.append({"variant": variant, "batch": BATCH, **rates, "ratio": ratio})
    return pd.DataFrame(rows)


def _updates_for(adversary: Any, batches: Any, seconds: float) -> tuple[int, float]:
    """How many updates were made in some seconds, at least two, and what they took."""
    start, number = time.perf_counter(), 0
    while number < 2 or time.perf_counter() - start < seconds:
        adversary.train_on_batch(*batches[number])
        number += 1
    return number, time.perf_counter() - start


def generate_half(folder: Path, half: int, graphs: int) -> int:
    """One of the two batches of graphs, made and decoded; how many crystals are valid."""
    asked = CONFIG["generate"] | GENERATE["generate"] | {"graphs": graphs, "shards": HALVES}
    settings = GenerateSettings.model_validate(asked)
    path = folder / f"batch-{half}.h5"
    generate_graphs(
        "ccdcgan",
        str(path),
        settings,
        network="templates",
        generator=str(SHIPPED / "templates.parquet"),
        autoencoders=(str(SHIPPED / "lattice.keras"), [str(SHIPPED / "combined.keras")], []),
        compositions=[],
        denoiser=[str(SHIPPED / "denoiser.keras")],
        refiner=[str(SHIPPED / "refiner.keras")],
        critic=[],
        constraints=[str(SHIPPED / f"{PROPERTY}.keras")],
        properties=[ConstraintProperty.model_validate(CONFIG["constraint"]["properties"][0])],
        ranked=True,
        known_phases=str(SHIPPED / "known-phases.parquet"),
        shard=half,
        seed=1,
        notes={},
    )
    crystals = decode_shard(path, shipped_autoencoders(), "ccdcgan", **CONFIG["decode"])
    return int(crystals.has_structure().sum())


def decode_half(folder: Path, half: int, graphs: int) -> int:
    """Half of the stored graphs decoded; how many crystals are valid."""
    with read_shard(folder / "graphs.h5", GRAPHS) as file:
        part = np.array_split(file["graphs"][:], HALVES)[half]
    return sum(one.valid for one in decode_graphs(part, shipped_autoencoders(), **CONFIG["decode"]))


WORK = {"generate": generate_half, "decode": decode_half}


def work(name: str, folder: Path, half: int, graphs: int) -> None:
    """What one process does; its figures go to a file."""
    start = time.perf_counter()
    valid = WORK[name](folder, half, graphs)
    memory = resource.getrusage(resource.RUSAGE_SELF)
    figures = {
        "valid": valid,
        "work_s": time.perf_counter() - start,
        "cpu_s": memory.ru_utime + memory.ru_stime,
        "GB": memory.ru_maxrss / 1e6,
    }
    (folder / f"{name}-{half}.json").write_text(json.dumps(figures))


def in_two_processes(name: str, folder: Path, graphs: int) -> pd.DataFrame:
    """Run both halves at once, a thread each; seconds, and the memory of the larger process."""
    threads = ("OMP_NUM_THREADS", "TF_NUM_INTRAOP_THREADS", "TF_NUM_INTEROP_THREADS")
    environment = os.environ | dict.fromkeys(threads, "1")
    command = [sys.executable, __file__, "--graphs", str(graphs), "--folder", str(folder)]
    start = time.perf_counter()
    processes = [
        subprocess.Popen([*command, "--work", name, "--half", str(half)], env=environment)
        for half in range(HALVES)
    ]
    states = [process.wait() for process in processes]
    if any(states):
        raise SystemExit(f"{name}: a process failed")
    seconds = time.perf_counter() - start
    halves = [json.loads((folder / f"{name}-{half}.json").read_text()) for half in range(HALVES)]
    longest = max(half["work_s"] for half in halves)
    return pd.DataFrame(
        [
            {
                "graphs": graphs,
                "valid": sum(half["valid"] for half in halves),
                "work_s": round(longest, 1),
                "with_start_s": round(seconds, 1),
                "cpu_s": round(sum(half["cpu_s"] for half in halves), 1),
                "GB": round(max(half["GB"] for half in halves), 2),
                "graphs_per_s": round(graphs / longest, 1),
            }
        ]
    )


def main() -> None:
    """Run all and write the tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--graphs", type=int, default=1000)
    parser.add_argument("--structures", type=int, default=200)
    parser.add_argument("--seconds", type=float, default=6.0, help="of one turn of the updates")
    parser.add_argument("--output", type=Path, default=ROOT / "results/bench")
    parser.add_argument("--work", choices=WORK, help=argparse.SUPPRESS)
    parser.add_argument("--half", type=int, help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.work:
        work(options.work, options.folder, options.half, options.graphs)
        return
    options.output.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        folder = Path(name)
        networks = shipped_autoencoders()
        structures = Crystals(decorated(options.graphs, seed=2).assign(split="train"))
        write_graphs(structures, networks, folder)
        for work_name, file in (("generate", "generation"), ("decode", "decoding")):
            report(in_two_processes(work_name, folder, options.graphs), options.output / file)
        part = structures.where(np.arange(len(structures)) < options.structures)
        shard = write_graphs(part, networks, folder)
        report(updates(part, shard, networks, options.seconds), options.output / "updates")


def report(table: pd.DataFrame, path: Path) -> None:
    """Write a table and print it."""
    table.to_csv(path.with_suffix(".csv"), index=False)
    print(table.to_string(index=False), end="\n\n", flush=True)


if __name__ == "__main__":
    main()
