"""Mean and spread of the statistics over runs that differ in their seeds.

    python benchmarks/seeds.py RUN RUN [RUN …] [--output FILE.csv]

RUN is the folder of a run (`snakemake --directory RUN … -- statistics`) with its own `gan.seed` and
`generate.seed`. Prints a row a measure: the mean over the runs of each variant, and the standard
deviation of a run. Measures that a run could not take are left out of its mean; n: runs that did.
"""

import argparse
from pathlib import Path

import pandas as pd

TABLE = "results/statistics/statistics.csv"


def spread(tables: list[pd.DataFrame]) -> pd.DataFrame:
    """Of tables by `compare_statistics`: measure and, by variant, mean, spread and n of runs."""
    first = tables[0].set_index("measure")
    variants = [name.removesuffix("_n") for name in first if name.endswith("_n")]
    found = {}
    for variant in variants:
        runs = pd.concat([table.set_index("measure")[variant] for table in tables], axis=1)
        runs = runs.apply(pd.to_numeric, errors="coerce")
        found[variant] = runs.mean(axis=1)
        found[f"{variant}_spread"] = runs.std(axis=1)
        found[f"{variant}_n"] = runs.notna().sum(axis=1)
    return pd.DataFrame(found).assign(paper=first["paper"]).loc[first.index]


def main() -> None:
    """Read the runs, print the table and write it if asked."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("runs", type=Path, nargs="+", metavar="RUN")
    parser.add_argument("--output", type=Path, metavar="FILE.csv")
    options = parser.parse_args()
    missing = [str(run / TABLE) for run in options.runs if not (run / TABLE).is_file()]
    if missing:
        parser.error(f"no {', no '.join(missing)}: make it with the target `statistics`")
    table = spread([pd.read_csv(run / TABLE) for run in options.runs])
    if options.output:
        table.to_csv(options.output)
    print(table.to_string(float_format="{:.4g}".format))


if __name__ == "__main__":
    main()
