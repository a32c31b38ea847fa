"""Cost of the data and voxel stages against the number of structures, and the voxel yardstick.

    python benchmarks/data.py [--data FILE] [--sizes 1000 5000 50000] [--output results/bench]

Without a file the structures are AFLOW prototypes decorated with random elements. Each size runs
the real workflow on two cores. Writes data.csv, voxels.csv and data.svg, and prints the tables.
"""

import argparse
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import psutil
import yaml

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "workflow_scripts"), str(ROOT / "benchmarks")]

import matplotlib

matplotlib.use("Agg")

from matplotlib.figure import Figure
from plain_voxels import plain_site_image
from pymatgen.analysis.prototypes import AFLOW_PROTOTYPE_LIBRARY
from pymatgen.core import Element

from ccdcgan.crystals.table import Crystals
from ccdcgan.data.prototypes import element_volume
from ccdcgan.report.figures.style import save
from ccdcgan.representation.voxels import quantise, site_image

PRESET = "presets/materials-project.yaml"
YARDSTICK = 5
"""Structures that the plain loop draws; it takes seconds for each."""


def decorated(count: int, seed: int = 0) -> pd.DataFrame:
    """AFLOW prototypes with random elements, in the columns of a local Parquet file."""
    rng = np.random.default_rng(seed)
    symbols = [Element.from_Z(z).symbol for z in range(1, 93) if Element.from_Z(z).molar_volume]
    cells = [entry["snl"].structure.get_primitive_structure() for entry in AFLOW_PROTOTYPE_LIBRARY]
    cells = [cell for cell in cells if len(cell) <= 20]
    rows = []
    for number in range(count):
        cell = cells[rng.integers(len(cells))].copy()
        names = rng.choice(symbols, len(cell.symbol_set), replace=False)
        cell.replace_species(dict(zip(sorted(cell.symbol_set), names.tolist(), strict=True)))
        cell.scale_lattice(sum(element_volume(site.specie.symbol) for site in cell))
        rows.append(
            {
                "id": f"random-{number}",
                "lattice": cell.lattice.matrix.ravel().tolist(),
                "species": [site.specie.symbol for site in cell],
                "frac_coords": cell.frac_coords.tolist(),
                "formation_energy_per_atom": float(rng.normal()),
            }
        )
    return pd.DataFrame(rows)


def run(folder: Path, overlay: Path, *targets: str) -> tuple[float, float]:
    """Wall time (s) and largest memory (GB, all processes together) of a run on two cores."""
    command = [sys.executable, "-m", "snakemake", "--cores", "2", "--directory", str(folder)]
    command += ["--configfile", PRESET, str(overlay), "--", *targets]
    start = time.perf_counter()
    log = (folder / "run.log").open("w")
    process = subprocess.Popen(command, cwd=ROOT, stdout=log, stderr=subprocess.STDOUT)
    largest = 0
    done = threading.Event()

    def watch() -> None:
        nonlocal largest
        while not done.wait(0.2):
            largest = max(largest, _memory(process.pid))

    watcher = threading.Thread(target=watch)
    watcher.start()
    status = process.wait()
    done.set()
    watcher.join()
    if status:
        raise SystemExit((folder / "run.log").read_text()[-3000:])
    return time.perf_counter() - start, largest / 1e9


def _memory(pid: int) -> int:
    total = 0
    try:
        family = [psutil.Process(pid), *psutil.Process(pid).children(recursive=True)]
    except psutil.NoSuchProcess:
        return 0
    for member in family:
        try:
            total += member.memory_info().rss
        except psutil.NoSuchProcess:
            continue
    return total


def scaling(table: pd.DataFrame, sizes: list[int]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """A row a size, and the structures kept of the largest."""
    rows: list[dict[str, Any]] = []
    kept = table.iloc[:0]
    for size in sorted({min(size, len(table)) for size in sizes}):
        folder = Path(tempfile.mkdtemp(prefix="bench-"))
        part = table.sample(size, random_state=0) if size < len(table) else table
        part.to_parquet(folder / "structures.parquet")
        overlay = folder / "overlay.yaml"
        data = {"source": "local", "path": str(folder / "structures.parquet")}
        overlay.write_text(yaml.safe_dump({"data": data, "voxels": {"shards": 16}}))
        seconds, memory = run(folder, overlay, "results/data/structures.parquet")
        kept = Crystals.read(folder / "results/data/structures.parquet").table
        drawing, drawing_memory = run(folder, overlay, "voxels")
        files = list((folder / "results/voxels").rglob("*.h5"))
        rows.append(
            {
                "structures": size,
                "data_s": round(seconds, 1),
                "data_GB": round(memory, 2),
                "kept": len(kept),
                "voxels_s": round(drawing, 1),
                "voxels_GB": round(drawing_memory, 2),
                "kB_a_structure": round(sum(f.stat().st_size for f in files) / len(kept) / 1e3, 1),
            }
        )
        print(pd.DataFrame(rows[-1:]).to_string(index=False), flush=True)
        shutil.rmtree(folder)
    return pd.DataFrame(rows), kept


def yardstick(kept: pd.DataFrame) -> pd.DataFrame:
    """Structures a second on one core: the plain loop, and ours, which draws the same images."""
    sample = kept.sample(min(200, len(kept)), random_state=1)
    drawn = []
    start = time.perf_counter()
    for row in sample.itertuples():
        drawn.append([quantise(site_image(part, 64, 2.0)) for part in _elements(row)])
    ours = len(sample) / (time.perf_counter() - start)
    start = time.perf_counter()
    worst = 0
    for row, images in list(zip(sample.itertuples(), drawn, strict=True))[:YARDSTICK]:
        for part, image in zip(_elements(row), images, strict=True):
            plain = quantise(np.array(plain_site_image(part.tolist(), 64, 2.0)))
            worst = max(worst, int(np.abs(plain.astype(int) - image).max()))
    plain_rate = YARDSTICK / (time.perf_counter() - start)
    return pd.DataFrame(
        [
            {
                "plain_loop_per_s": plain_rate,
                "ours_per_s": ours,
                "ratio": ours / plain_rate,
                "largest_difference_of_255": worst,
            }
        ]
    )


def _elements(row: Any) -> list[np.ndarray]:
    species = np.array(row.species)
    coords = np.reshape(row.frac_coords, (-1, 3))
    return [coords[species == symbol] for symbol in sorted(set(row.species))]


def figure(rows: pd.DataFrame) -> Figure:
    """Time against number of structures, with the line of linear growth."""
    drawn = Figure(figsize=(5.2, 3.6), layout="constrained")
    axes = drawn.subplots()
    for column, label in (("data_s", "data"), ("voxels_s", "voxels")):
        axes.plot(rows["structures"], rows[column], marker="o", label=label)
    ends = rows["structures"].iloc[[0, -1]]
    axes.plot(ends, ends * rows["voxels_s"].iloc[-1] / ends.iloc[-1], ":", color="#777777")
    axes.set(xscale="log", yscale="log", xlabel="structures", ylabel="wall time on two cores (s)")
    axes.legend(frameon=False)
    return drawn


def main() -> None:
    """Run all and write the tables and the figure."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, help="Parquet file of the source `local`")
    parser.add_argument("--sizes", type=int, nargs="+", default=[1000, 5000, 50000])
    parser.add_argument("--output", type=Path, default=ROOT / "results/bench")
    options = parser.parse_args()
    sizes = options.sizes
    table = pd.read_parquet(options.data) if options.data else decorated(max(sizes))
    if options.data and max(sizes) < 0.9 * len(table):
        sizes = [*sizes, len(table)]
    rows, kept = scaling(table, sizes)
    voxels = yardstick(kept)
    options.output.mkdir(parents=True, exist_ok=True)
    rows.to_csv(options.output / "data.csv", index=False)
    voxels.to_csv(options.output / "voxels.csv", index=False)
    save(figure(rows), options.output / "data.svg")
    print(rows.to_string(index=False), voxels.to_string(index=False), sep="\n\n")


if __name__ == "__main__":
    main()
