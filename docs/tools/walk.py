"""Count what one structure passes from the Parquet file of the data to the hull.

`python docs/tools/walk.py` prints the counts that `docs/tools/architecture.py` puts into
docs/ARCHITECTURE.md. With `--root FOLDER` it counts the files of another checkout, such as one of
an earlier commit.
"""

import argparse
from pathlib import Path

from flow import ROOT, RULE, Workflow, meet

START = "results/data/structures.parquet"
END = "results/hull/{system}/hull.csv"
WALK = (
    "voxelise",
    "encode_graphs",
    "train_gan",
    "generate_graphs",
    "decode_graphs",
    "screen_crystals",
    "relax_crystals",
    "merge_relaxed",
    "build_hull",
)
"""The rules on the way, in their order."""
NO_CRYSTALS = (".keras", ".json", "history.csv")
"""Ends of names of files that tell of networks, not of crystals."""
REPRESENTATIONS = {
    "row of a table of crystals": ("crystals/table.py", "class Crystals:"),
    "pymatgen `Structure`": ("crystals/table.py", "def to_structure("),
    "padded arrays": ("crystals/arrays.py", "def crystal_arrays("),
    "voxel images": ("representation/voxels.py", "def site_image("),
    "crystal graph": ("representation/graph_layout.py", "def assemble("),
    "ASE `Atoms`": ("crystals/potential.py", ".to_ase_atoms()"),
}
"""What holds atoms and a cell on the way, and where it is made."""


def results_passed(flow: Workflow) -> list[str]:
    """The files that hold the structure, or what is known of it; networks do not."""
    rules = [flow.rules[name] for name in WALK]
    passed = [START]
    for place, rule in enumerate(rules):
        later = {path for one in rules[place + 1 :] for path in flow.inputs(one)}
        made = [
            path
            for path in sorted(flow.outputs(rule))
            if not path.endswith((".keras", ".json", "history.csv"))
        ]
        passed += [path for path in made if path == END or any(meet(path, one) for one in later)]
    return passed


def sources_read(flow: Workflow) -> list[str]:
    """The files that one reads to follow it: configuration, rules, scripts and their modules."""
    rules = [flow.rules[name] for name in WALK]
    scripts = [flow.script(rule) for rule in rules]
    shared = {stage for stage, text in flow.texts.items() if not RULE.search(text)}
    stages = {rule.stage for rule in rules} | shared
    modules = {module for script in scripts for module in flow.modules(script)}
    return [
        "config.yaml",
        "Snakefile",
        *sorted(f"rules/{stage}.smk" for stage in stages),
        *scripts,
        *sorted(modules),
    ]


def representations(root: Path) -> list[str]:
    """What holds atoms and a cell; raises `ValueError` where one is made elsewhere by now."""
    for name, (module, text) in REPRESENTATIONS.items():
        path = root / "workflow_scripts/ccdcgan" / module
        if not path.is_file() or text not in path.read_text(encoding="utf-8"):
            raise ValueError(f"docs/tools/walk.py: {name} is not made in {module} ({text})")
    return list(REPRESENTATIONS)


def counts(flow: Workflow) -> str:
    """What is counted, in sentences."""
    passed = [f"`{path.removeprefix('results/')}`" for path in results_passed(flow)]
    sources, kinds = sources_read(flow), representations(flow.root)
    return (
        f"One structure passes {len(passed)} files under `results/` ({', '.join(passed)}) in "
        f"{len(kinds)} representations ({', '.join(kinds)}). To follow it one reads "
        f"{len(sources)} files of the workflow: configuration, rules, {len(WALK)} scripts and the "
        "modules that these import themselves (`python docs/tools/walk.py` lists them)."
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--root", type=Path, default=ROOT, help="another checkout")
    flow = Workflow(parser.parse_args().root)
    for title, found in (("results", results_passed(flow)), ("sources", sources_read(flow))):
        print(f"{len(found)} {title}: {', '.join(found)}")


if __name__ == "__main__":
    main()
