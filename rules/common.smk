"""What every stage needs: the checked config, names, seeds, and the code behind a script."""

import csv
import sys
from pathlib import Path

SCRIPTS = Path(workflow.basedir) / "workflow_scripts"
sys.path.insert(0, str(SCRIPTS))

from snakemake.exceptions import WorkflowError

from ccdcgan.core.artifacts import stable_seed
from ccdcgan.core.closure import code_lines
from ccdcgan.core.config import check_config
from ccdcgan.core.errors import InputError

try:
    CHECKED = check_config(config)
except InputError as error:
    raise WorkflowError(str(error)) from None

SCHEME = CHECKED.potential.energy_scheme
# The cells of compositions that are asked for exactly; how many graphs there are follows from them.
EXACT = CHECKED.generate.asked
if EXACT:
    config["generate"]["graphs"] = len(EXACT) * config["generate"]["samples"]
SYSTEMS = (
    list(dict.fromkeys("-".join(sorted(atoms)) for atoms in EXACT))
    or config["generate"]["systems"]
    or config["systems"]
)
# Of what the graphs are that other stages make.
WITH_EXACT = {"compositions": "generated"} if EXACT else {}
DRAWN = config["generate"] | WITH_EXACT
DATA = config["data"]
SOURCES = [DATA["source"]] if isinstance(DATA["source"], str) else DATA["source"]
OTHER_SOURCES = set(SOURCES) != {"prototypes"}
UNITS_OF_PROPERTIES = {entry["name"]: entry["unit"] for entry in DATA["properties"]}
ELEMENTS = sorted({element for system in SYSTEMS for element in system.split("-")})
PROPERTIES = [entry["name"] for entry in config["constraint"]["properties"]]
GAN_VARIANTS = config["gan"]["variants"]
CSP_VARIANT = config["csp"]["variant"] or GAN_VARIANTS[0]
# By name, a variant whose crystals are made with other settings, or by another network.
ARMS = config["arms"]
BASELINES = list(CHECKED.baselines)
# By name, the files of other models' crystals.
PEERS = {name: path for name, path in CHECKED.baselines.items() if path}
for name, path in PEERS.items():
    if not Path(path).exists():
        raise WorkflowError(f"config baselines.{name}: {path} does not exist")
# All that is screened and relaxed; only the variants and arms have graphs.
WITH_GRAPHS = [*GAN_VARIANTS, *ARMS]
VARIANTS = [*WITH_GRAPHS, *BASELINES]
AUGMENTED_SYSTEM = config["augmentation"]["system"] or SYSTEMS[0]

# Whether an HTML report is asked for: of what there is, not of all that could be.
REPORTING = any(argument.split("=")[0] == "--report" for argument in sys.argv[1:])
# MB of a job that relaxes: the potential's process, and the one that asks it.
RELAXING = config["hardware"]["relaxation"]["memory"] + 1000


def shards(count):
    """The numbers of `count` shards, as they stand in file names."""
    return [f"{number:04d}" for number in range(count)]


GENERATED_SHARDS = shards(config["generate"]["shards"])
SHARDS = shards(config["voxels"]["shards"])
SITE_SHARDS = expand("results/voxels/sites/shard-{shard}.h5", shard=SHARDS)
LATTICE_SHARDS = expand("results/voxels/lattice/shard-{shard}.h5", shard=SHARDS)
GRAPH_SHARDS = expand("results/graphs/shard-{shard}.h5", shard=SHARDS)


def reported(*targets):
    """The files of some targets; for a report those alone that are there."""
    files = [file for target in targets for file in target]
    return [file for file in files if not REPORTING or Path(file).exists()]


def shipped(path):
    """A path as it stands if it is there, else below the workflow's own folder."""
    return path if Path(path).exists() else str(Path(workflow.basedir) / path)


def relaxed_shards(wildcards):
    """The relaxed shards of a unit: one of an element, as many as configured of a system."""
    count = config["data"]["prototypes"]["shards"] if "-" in wildcards.unit else 1
    return expand(
        "results/data/prototypes/{unit}/relaxed-{shard}.parquet",
        shard=shards(count),
        allow_missing=True,
    )


def element_phases(wildcards):
    """The phases of the elements of a system; none for an element."""
    elements = wildcards.unit.split("-") if "-" in wildcards.unit else []
    return expand("results/data/prototypes/{element}/phases.parquet", element=elements)


def benchmark_crystals(wildcards):
    """The decoded crystals of a variant, of which there must be enough graphs."""
    asked, graphs = config["benchmark"]["crystals"], config["generate"]["graphs"]
    if wildcards.variant not in PEERS and graphs < asked:
        raise WorkflowError(
            f"config generate.graphs: {graphs}, but benchmark.crystals is {asked}: raise "
            f"generate.graphs to {asked} or, as some graphs may give no crystal, a few more"
        )
    return expand(
        "results/crystals/{variant}/shard-{shard}.parquet",
        variant=wildcards.variant,
        shard=GENERATED_SHARDS,
    )


def dft_runs(wildcards):
    """The files of a system's calculations: how many is known once its hull is."""
    with checkpoints.list_calculations.get(**wildcards).output.calculations.open() as table:
        names = [row["name"] for row in csv.DictReader(table)]
    return expand("results/dft/{system}/runs/{crystal}.parquet", crystal=names, **wildcards)


def exact_compositions(wildcards):
    """The summaries of all variants; without compositions in the config there is nothing to draw."""
    if not EXACT:
        raise WorkflowError(
            "config generate.compositions: lists none, as target compositions needs, such as "
            "[Co2Hf, {formula: MnSe2, cells: [1, 2, 4]}]"
        )
    return expand("results/summary/{variant}.csv", variant=GAN_VARIANTS)


def code(script):
    """Params of a rule: a line for its script and each library file that this imports."""
    return code_lines(SCRIPTS / script)


def seed(stage):
    """A param: the seed of one job, from the root seed, the stage and the job's wildcards."""
    return lambda wildcards: stable_seed(
        config["seed"], stage, *(f"{k}={v}" for k, v in sorted(wildcards.items()))
    )


def own_seed(stage):
    """The seed that a section of the configuration names, or the one that the root seed gives it."""
    named = config[stage]["seed"]
    return stable_seed(config["seed"], stage) if named is None else named


# Of generated and baseline crystals alike, whatever the variant.
GENERATION_SEED = own_seed("generate")


wildcard_constraints:
    arm="without|with",
    seed=r"\d+",
    shard=r"\d{4}",
    unit=r"[A-Z][a-z]?(-[A-Z][a-z]?)*",
    system=r"[A-Z][a-z]?(-[A-Z][a-z]?)+",
    element=r"[A-Z][a-z]?",
    crystal=r"[^/]+",
    variant="|".join(VARIANTS),
    property="|".join(PROPERTIES),
