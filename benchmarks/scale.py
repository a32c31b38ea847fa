"""CPU and peak memory of the stages that are one job over all crystals, against their number.

    python benchmarks/scale.py [--rows 1000 10000 50000] [--large 1000000] [--stages screen ...]

The crystals are synthetic: ternary crystals of ten atoms, each composition `EQUAL` times, so that
what is measured is how rows are kept, sorted and written, not how long crystals take to compare
(`benchmarks/screening.py` measures that). Each stage runs as in its script, in a process of its
own, from the files to the files. `large` is the number of rows at which `screen` alone is shown.
Writes scale.csv and scale.svg.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from itertools import combinations, islice, product
from math import gcd
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "workflow_scripts")]

import numpy as np
import pandas as pd
import psutil
from matplotlib.figure import Figure
from pymatgen.core import Element, Lattice, Structure

STAGES = ("screen", "statistics", "judge", "summary")
EQUAL = 2
"""Crystals of one composition; their cells differ in size, so that they are never compared."""
ATOMS = 10
SHARD = 10_000
LIMIT = 4000
"""MB; that no job shall need more of at the largest number of rows."""
PAUSE = 0.5
"""s; between two looks at the memory."""


def compositions(count: int) -> list[tuple[tuple[str, str, str], tuple[int, int, int]]]:
    """Return distinct reduced ternary compositions of `ATOMS` atoms: symbols and counts."""
    elements = [one for one in map(Element.from_Z, range(3, 90)) if not one.is_noble_gas]
    # As they stand in a reduced formula.
    symbols = [one.symbol for one in sorted(elements, key=lambda one: one.X)]
    shares = [
        (a, b, ATOMS - a - b)
        for a, b in product(range(1, ATOMS - 1), repeat=2)
        if a + b < ATOMS and gcd(gcd(a, b), ATOMS) == 1
    ]
    found = list(islice(product(combinations(symbols, 3), shares), count))
    assert len(found) == count
    return found


def crystals_table(start: int, stop: int, chosen: list) -> pd.DataFrame:
    """Make rows `start` to `stop` of a manifest; the atoms stand on a line, 2.5 Å apart."""
    rows = []
    rng = np.random.default_rng(start)
    for number in range(start, stop):
        symbols, counts = chosen[number // EQUAL]
        times = 1 + number % EQUAL  # another number of atoms: another crystal
        formula = "".join(f"{s}{n if n > 1 else ''}" for s, n in zip(symbols, counts, strict=True))
        species = [s for s, n in zip(symbols, counts, strict=True) for _ in range(n * times)]
        atoms = len(species)
        place = np.zeros((atoms, 3))
        place[:, 2] = (np.arange(atoms) + rng.normal(0, 0.02, atoms)) / atoms
        system = "-".join(sorted(symbols))
        rows.append(
            {
                "id": f"scale-{number:08d}",
                "variant": "scale",
                "elements": system,
                "status": "valid",
                "formula": formula,
                "num_sites": atoms,
                "space_group": 1,
                "volume_per_atom": 22.5,
                "min_distance": 2.3,
                "chemical_system": system,
                "lattice": [3.0, 0, 0, 0, 3.0, 0, 0, 0, 2.5 * atoms],
                "species": species,
                "frac_coords": place.ravel(),
            }
        )
    return pd.DataFrame(rows)


def write_crystals(folder: Path, count: int) -> None:
    """Write the shards of a manifest of `count` crystals, and 2000 structures as the data."""
    from ccdcgan.crystals.table import write_structures

    chosen = compositions(-(-count // EQUAL))
    for start in range(0, count, SHARD):
        stop = min(start + SHARD, count)
        table = crystals_table(start, stop, chosen)
        write_structures(folder / f"shard-{start // SHARD:04d}.parquet", table, {})
    some = crystals_table(0, min(2000, count), chosen).iloc[::2]
    data = some.assign(
        id="data-" + some["id"], kind="phase", split="train", dropped="", source="local"
    )
    write_structures(folder / "data.parquet", data.assign(known_as="", provenance=""), {})


def shards(folder: Path) -> list[Path]:
    """Return the files of the manifest."""
    return sorted(folder.glob("shard-*.parquet"))


def run_screen(folder: Path) -> None:
    """Do what screen_crystals.py does."""
    from ccdcgan.core.tables import write_table
    from ccdcgan.crystals.table import Crystals
    from ccdcgan.stability.known_phases import compared_phases
    from ccdcgan.stability.screen import funnel, screen

    crystals = Crystals.read_all(shards(folder))
    structures = Crystals.read(folder / "data.parquet")
    formulas = crystals["formula"].dropna()
    rows = screen(crystals, compared_phases(structures, None, formulas=formulas))
    crystals.where(rows["novel"]).write(folder / "novel.parquet", {})
    write_table(folder / "funnel.csv", funnel(rows))
    write_table(folder / "screen.csv", rows.table)


def run_statistics(folder: Path) -> None:
    """Do what measure_statistics.py does before any relaxation."""
    from ccdcgan.crystals.table import Crystals
    from ccdcgan.evaluation.set_metrics import as_decoded
    from ccdcgan.stability.outcomes import read_screened

    crystals = Crystals.read_all(shards(folder))
    structures = Crystals.read(folder / "data.parquet")
    as_decoded(crystals, read_screened(folder / "screen.csv"), structures, None)


def run_summary(folder: Path) -> None:
    """Write the CIFs of all crystals as summarise_graphs.py does."""
    from ccdcgan.core.tables import write_zip
    from ccdcgan.crystals.table import Crystals
    from ccdcgan.report.cifs import cifs

    write_zip(folder / "decoded.zip", cifs(Crystals.read_all(shards(folder))))


def run_judge(folder: Path) -> None:
    """Do what check_judge.py does: hulls of all chemical systems of the crystals."""
    from ccdcgan.crystals.table import Crystals, from_structure
    from ccdcgan.evaluation.judge_check import DFT, judge_rows
    from ccdcgan.stability.known_phases import KnownPhases

    crystals = Crystals.read_all(shards(folder))
    rng = np.random.default_rng(0)
    size = len(crystals)
    judged = crystals.assign(**{DFT: rng.random(size), "dropped": ""})
    relaxed = crystals.assign(
        status="relaxed",
        formation_energy_after=rng.normal(0, 0.1, size),
        matches_after="",
        space_group_after=1,
        steps=7,
        rmsd=0.1,
    )
    symbols = sorted({s for name in crystals["chemical_system"].unique() for s in name.split("-")})
    rows = [
        {"id": s, **from_structure(Structure(Lattice.cubic(3), [s], [[0, 0, 0]]))} for s in symbols
    ]
    table = pd.DataFrame(rows).assign(formation_energy_per_atom=0.0, kind="phase", source="local")
    judge_rows(judged, relaxed, KnownPhases(Crystals(table), "7net-0", "7net-0"))


def measure(stage: str, folder: Path) -> dict[str, float]:
    """Run a stage in a process of its own: seconds of CPU, and MB that it held at most."""
    code = f"import sys; sys.path[:0] = [{str(ROOT / 'benchmarks')!r}]; import scale; "
    code += f"from pathlib import Path; scale.run_{stage}(Path({str(folder)!r})); "
    code += "import json, os; print(json.dumps(sum(os.times()[:4])))"
    environment = dict(os.environ, OMP_NUM_THREADS="1")
    process = subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, env=environment, text=True
    )
    start, most = time.perf_counter(), 0.0
    while process.poll() is None:
        most = max(most, held(process.pid))
        time.sleep(PAUSE)
    assert process.stdout is not None
    text = process.stdout.read()
    if process.returncode:
        raise SystemExit(f"{stage} ended with status {process.returncode}")
    wall = time.perf_counter() - start
    return {"cpu_s": round(json.loads(text), 1), "wall_s": round(wall, 1), "peak_mb": round(most)}


def held(pid: int) -> float:
    """Measure the memory of a process and its children in MB; what they share counts once."""
    total = 0.0
    try:
        for one in (root := psutil.Process(pid), *root.children(recursive=True)):
            total += one.memory_full_info().pss
    except psutil.Error:
        pass
    return total / 1e6


def plot(table: pd.DataFrame, path: Path) -> None:
    """Draw CPU and memory against the number of crystals."""
    from ccdcgan.report.figures.style import save

    figure = Figure(figsize=(7.0, 3.2), layout="constrained")
    left, right = figure.subplots(1, 2)
    for stage, rows in table.groupby("stage", sort=False):
        left.loglog(rows["rows"], rows["cpu_s"], "o-", label=stage)
        right.loglog(rows["rows"], rows["peak_mb"], "o-", label=stage)
    right.axhline(LIMIT, color="grey", linestyle=":")
    left.set(xlabel="Crystals", ylabel="CPU (s)")
    right.set(xlabel="Crystals", ylabel="Peak memory (MB)")
    left.legend(frameon=False)
    save(figure, path)


def main() -> None:
    """Measure, print and write the table and its plot."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, nargs="*", default=[1000, 10_000, 50_000])
    parser.add_argument("--large", type=int, default=1_000_000, help="0: none")
    parser.add_argument("--stages", nargs="+", default=STAGES, choices=STAGES)
    parser.add_argument("--output", type=Path, default=ROOT / "results/bench")
    options = parser.parse_args()
    options.output.mkdir(parents=True, exist_ok=True)
    found = []
    for count in [*options.rows, *([options.large] if options.large else [])]:
        with tempfile.TemporaryDirectory() as folder:
            write_crystals(Path(folder), count)
            for stage in options.stages if count in options.rows else ["screen"]:
                found.append({"stage": stage, "rows": count, **measure(stage, Path(folder))})
                print(found[-1], flush=True)
    table = pd.DataFrame(found).sort_values(["stage", "rows"], ignore_index=True)
    table.to_csv(options.output / "scale.csv", index=False)
    plot(table, options.output / "scale.svg")
    print(table.to_string(index=False))


if __name__ == "__main__":
    main()
