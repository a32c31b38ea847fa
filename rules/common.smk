"""What every stage needs: the checked config, seeds, and the code behind a script."""

import csv
import sys
from pathlib import Path

SCRIPTS = Path(workflow.basedir) / "workflow_scripts"
sys.path.insert(0, str(SCRIPTS))

from snakemake.exceptions import WorkflowError

from ccdcgan.core.artifacts import sha256_of, stable_seed
from ccdcgan.core.closure import code_lines
from ccdcgan.core.config import check_config, read_manifest
from ccdcgan.core.errors import InputError
from ccdcgan.core.pretrained import GENERATORS as GENERATOR_KINDS

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
DRAWN = config["generate"] | ({"compositions": "generated"} if EXACT else {})
DATA = config["data"]
SOURCES = [DATA["source"]] if isinstance(DATA["source"], str) else DATA["source"]
OTHER_SOURCES = set(SOURCES) != {"prototypes"}
UNITS_OF_PROPERTIES = {entry["name"]: entry["unit"] for entry in DATA["properties"]}
ELEMENTS = sorted({element for system in SYSTEMS for element in system.split("-")})
PROPERTIES = [entry["name"] for entry in config["constraint"]["properties"]]
GAN_VARIANTS = config["gan"]["variants"]
# What a training of the generator depends on: what both networks are told, and the chosen one alone.
GAN = {
    k: v
    for k, v in config["gan"].items()
    if k not in ("variants", "seed", "templates", "atoms", "paper")
}
GAN |= config["gan"][GAN["network"]]
CSP_VARIANT = config["csp"]["variant"] or GAN_VARIANTS[0]
BASELINES = list(CHECKED.baselines)
# By name, the files of other models' crystals.
PEERS = {name: path for name, path in CHECKED.baselines.items() if path}
for name, path in PEERS.items():
    if not Path(path).exists():
        raise WorkflowError(f"config baselines.{name}: {path} does not exist")
# All that is screened and relaxed; only the variants have graphs.
VARIANTS = [*GAN_VARIANTS, *BASELINES]
# Crystals of any system of the data, whose known phases only their relaxation names.
ALL_SYSTEMS = (
    OTHER_SOURCES
    and config["hull"]["reference"] == "potential"
    and config["generate"]["systems"] is None
    and not EXACT
)
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


# The networks of the sites that write and read graphs: one an element, or one for all of them.
AUTOENCODER = "results/autoencoder/{kind}/model.keras"
# The paper's generator writes graphs: there are no atoms to take noise from.
DENOISER = [] if config["gan"]["network"] == "paper" else ["results/denoiser/model.keras"]
SITE_NETWORK_ELEMENTS = ELEMENTS if config["autoencoder"]["graphs"] == "separated" else []
SITE_NETWORKS = expand(AUTOENCODER, kind=SITE_NETWORK_ELEMENTS or ["combined"])


def shipped(path):
    """A path as it stands if it is there, else below the workflow's own folder."""
    return path if Path(path).exists() else str(Path(workflow.basedir) / path)


MANIFEST = config["pretrained"]["manifest"] and shipped(config["pretrained"]["manifest"])
try:
    NAMED = read_manifest(MANIFEST).model_dump() if MANIFEST else {}
except InputError as error:
    raise WorkflowError(str(error)) from None
# By kind, what is taken of the manifest; all else is trained here.
TAKEN = {
    kind: (NAMED.get(kind) if kind in config["pretrained"]["networks"] else None) or {}
    for kind in ("autoencoder", "constraint", "denoiser", "generator")
}


def taken(kind, names):
    """A pattern of the names whose networks are taken: a constraint of a wildcard."""
    return "|".join(name for name in names if name in TAKEN[kind]) or "none"


def trained(kind, names):
    """The names whose networks are trained here."""
    return [name for name in names if name not in TAKEN[kind]]


def pretrained_folder(wildcards):
    """A param: the folder of the manifest. Snakemake does not compare params of this type."""
    return Path(MANIFEST).resolve().parent


# Networks of single elements go on from the combined one; from a pretrained one only if asked for.
AUTOENCODERS = ["lattice", "combined"]
OWN_ELEMENTS = ELEMENTS if SITE_NETWORK_ELEMENTS or not TAKEN["autoencoder"] else []
TRAINED_AUTOENCODERS = [*trained("autoencoder", AUTOENCODERS), *OWN_ELEMENTS]


def voxels_of_kind(kind):
    """The settings of the voxel shards that an autoencoder reads."""
    return config["voxels"]["lattice" if kind == "lattice" else "sites"]


# What the energies of the known hulls are.
KNOWN_ENERGIES = {
    "potential": SCHEME,
    "reference": config["hull"]["reference"],
    "corrections": config["hull"]["corrections"],
}
# The table that novelty and hulls are judged by, whatever the data are; what it holds counts, not
# its place.
KNOWN_TABLE = (
    config["known_phases"]["path"] and Path(shipped(config["known_phases"]["path"])).resolve()
)
if KNOWN_TABLE and not KNOWN_TABLE.is_file():
    raise WorkflowError(
        f"config known_phases.path: {KNOWN_TABLE} does not exist; null does without"
    )
KNOWN_DIGEST = KNOWN_TABLE and sha256_of(KNOWN_TABLE)


def known_phases(system):
    """The file of the phases that span the known hull of a system."""
    if config["hull"]["reference"] == "potential":
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
    others = sorted(kind for kind, held in TAKEN.items() if held and kind != "autoencoder")
    if others:
        raise WorkflowError(f"config pretrained: augmentation trains its own: {', '.join(others)}")
    return known_phases(AUGMENTED_SYSTEM)


def predicting_generator(wildcards):
    """The generator that predicts structures. The paper's, which cannot, is refused."""
    if config["gan"]["network"] == "paper":
        raise WorkflowError(
            "config gan.network: 'paper' cannot be told which atoms a crystal has, as target csp "
            "must: set 'atoms'"
        )
    return f"results/gan/{CSP_VARIANT}/generator.keras"


def exact_compositions(wildcards):
    """The summaries of all variants; without compositions in the config there is nothing to draw."""
    if not EXACT:
        raise WorkflowError(
            "config generate.compositions: lists none, as target compositions needs, such as "
            "[Co2Hf, {formula: MnSe2, cells: [1, 2, 4]}]"
        )
    return expand("results/summary/{variant}.csv", variant=GAN_VARIANTS)


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


def constraints_of(variant):
    """The constraints that a variant follows: none of dcgan's, all of ccdcgan's."""
    return config["constraint"]["properties"] if variant == "ccdcgan" else []


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
