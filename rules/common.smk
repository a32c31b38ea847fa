"""What every stage needs: the checked config, seeds, and the library files behind a script."""

import csv
import sys
from pathlib import Path

SCRIPTS = Path(workflow.basedir) / "workflow_scripts"
sys.path.insert(0, str(SCRIPTS))

from snakemake.exceptions import WorkflowError

from ccdcgan.core.artifacts import stable_seed
from ccdcgan.core.closure import import_closure
from ccdcgan.core.config import check_config
from ccdcgan.core.errors import InputError
from ccdcgan.core.schemes import energy_scheme

try:
    check_config(config)
except InputError as error:
    raise WorkflowError(str(error)) from None

SYSTEMS = config["generate"]["systems"] or config["systems"]
SCHEME = energy_scheme(config["potential"])
DATA = config["data"]
SOURCES = [DATA["source"]] if isinstance(DATA["source"], str) else DATA["source"]
OTHER_SOURCES = set(SOURCES) != {"prototypes"}
UNITS_OF_PROPERTIES = {entry["name"]: entry["unit"] for entry in DATA["properties"]}
ELEMENTS = sorted({element for system in SYSTEMS for element in system.split("-")})
PROPERTIES = [entry["name"] for entry in config["constraint"]["properties"]]
GAN_VARIANTS = config["gan"]["variants"]
# What a training of the generator depends on: what both networks are told, and the chosen one alone.
GAN = {k: v for k, v in config["gan"].items() if k not in ("variants", "seed", "atoms", "paper")}
GAN |= config["gan"][GAN["network"]]
BASELINES = config["baselines"]
# All that is screened and relaxed; only the variants have graphs.
VARIANTS = [*GAN_VARIANTS, *BASELINES]
# Crystals of any system of the data, whose known phases only their relaxation names.
ALL_SYSTEMS = (
    OTHER_SOURCES
    and config["hull"]["reference"] == "potential"
    and config["generate"]["systems"] is None
)
AUGMENTED_SYSTEM = config["augmentation"]["system"] or SYSTEMS[0]


def shards(count):
    """The numbers of `count` shards, as they stand in file names."""
    return [f"{number:04d}" for number in range(count)]


GENERATED_SHARDS = shards(config["generate"]["shards"])
SHARDS = shards(config["voxels"]["shards"])
SITE_SHARDS = expand("results/voxels/sites/shard-{shard}.h5", shard=SHARDS)
LATTICE_SHARDS = expand("results/voxels/lattice/shard-{shard}.h5", shard=SHARDS)
GRAPH_SHARDS = expand("results/graphs/shard-{shard}.h5", shard=SHARDS)

# The networks of the sites that write and read graphs: one an element, or one for all of them.
AUTOENCODER = "results/autoencoder/{kind}/model.keras"
PRETRAINED = config["pretrained"]["autoencoder"]
TAKEN_CONSTRAINTS = config["pretrained"]["constraint"]
TAKEN_DENOISER = config["pretrained"]["denoiser"]
# The paper's generator writes graphs: there are no atoms to take noise from.
DENOISER = [] if config["gan"]["network"] == "paper" else ["results/denoiser/model.keras"]
TAKEN_GENERATORS = config["pretrained"]["generator"]
TRAINED = [kind for kind in ("lattice", "combined") if kind not in PRETRAINED]
SITE_NETWORK_ELEMENTS = ELEMENTS if config["autoencoder"]["graphs"] == "separated" else []
SITE_NETWORKS = expand(AUTOENCODER, kind=SITE_NETWORK_ELEMENTS or ["combined"])


def shipped(path):
    """A path of the config: as it stands if it is there, else below the workflow's own folder."""
    return path if Path(path).exists() else str(Path(workflow.basedir) / path)


def voxels_of_kind(kind):
    """The settings of the voxel shards that an autoencoder reads."""
    return config["voxels"]["lattice" if kind == "lattice" else "sites"]


# What the energies of the known hulls are.
KNOWN_ENERGIES = {"potential": SCHEME, "reference": config["hull"]["reference"]}


def known_phases(system):
    """The file of the phases that span the known hull of a system."""
    if OTHER_SOURCES and config["hull"]["reference"] == "potential":
        return f"results/references/{system}/phases.parquet"
    return "results/data/structures.parquet"


def measured_phases(wildcards):
    """The files of the known phases that the relaxed crystals of a variant are compared with."""
    if not config["statistics"]["relaxed"]:
        return []
    if ALL_SYSTEMS:
        return [f"results/references/{wildcards.variant}.parquet"]
    return [known_phases(system) for system in SYSTEMS]


def augmented_phases(wildcards):
    """The file of the system's known phases. Shipped networks, which saw them, are refused."""
    taken = sorted(name for name, networks in config["pretrained"].items() if networks)
    taken = [name for name in taken if name != "autoencoder"]
    if taken:
        raise WorkflowError(f"config pretrained: augmentation trains its own: {', '.join(taken)}")
    return known_phases(AUGMENTED_SYSTEM)


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


def shards_of_kind(wildcards):
    """The voxel shards that the network of a kind reads."""
    return LATTICE_SHARDS if wildcards.kind == "lattice" else SITE_SHARDS


def dft_runs(wildcards):
    """The files of a system's calculations: how many is known once its hull is."""
    with checkpoints.list_calculations.get(**wildcards).output.calculations.open() as table:
        names = [row["name"] for row in csv.DictReader(table)]
    return expand("results/dft/{system}/runs/{crystal}.parquet", crystal=names, **wildcards)


def constraints_of(variant):
    """The constraints that a variant follows: none of dcgan's, all of ccdcgan's."""
    return config["constraint"]["properties"] if variant == "ccdcgan" else []


def code(script):
    """The library files that a script of `workflow_scripts` imports: inputs of its rule."""
    return import_closure(SCRIPTS / script)


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
