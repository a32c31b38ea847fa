"""Which networks there are, and which of them are taken from a manifest or trained here."""

from ccdcgan.core.config import read_manifest
from ccdcgan.core.pretrained import GENERATORS as GENERATOR_KINDS
from ccdcgan.core.settings.generation import GenerateSettings

# What a training of the generator depends on: what both networks are told, and the chosen one alone.
GAN = {
    k: v
    for k, v in config["gan"].items()
    if k not in ("variants", "seed", "atoms", "tiles", "paper")
}
GAN |= config["gan"].get(GAN["network"], {})
# Of templates no generator is trained.
TEMPLATES = GAN["network"] == "templates"
TRAINED_VARIANTS = [] if TEMPLATES else GAN_VARIANTS
# That of templates is the arms', which is a shipped one.
OTHER_NETWORKS = {arm["network"] for arm in ARMS.values() if arm.get("network")}
GENERATOR_NETWORK = next(iter(OTHER_NETWORKS), "") if TEMPLATES else GAN["network"]
# The networks of the sites that write and read graphs: one an element, or one for all of them.
AUTOENCODER = "results/autoencoder/{kind}/model.keras"
# The generator of tiles goes on from a flow, that of both variants.
FLOW = ["results/gan/flow/model.keras"] if GAN["network"] == "tiles" else []
# Only some constraints are trained on the graphs; ours on the atoms that they hold.
READ_GRAPHS = [] if config["constraint"]["network"] == "atoms" else GRAPH_SHARDS


def variant_of(name):
    """The variant whose networks make the crystals of a variant or an arm."""
    return ARMS[name]["variant"] if name in ARMS else name


def network_of(name):
    """The network of gan that makes the graphs of a variant or an arm."""
    return (ARMS[name].get("network") if name in ARMS else None) or config["gan"]["network"]


def writes_graphs(name):
    """Whether a variant's or an arm's network writes graphs: there are no atoms to move."""
    return network_of(name) in ("tiles", "paper")


def denoiser_of(name):
    """The denoiser of a variant or an arm, which takes noise from atoms."""
    return [] if writes_graphs(name) else ["results/denoiser/model.keras"]


def read_constraints_of(name):
    """The properties that are predicted of a variant's or an arm's graphs."""
    unread = writes_graphs(name) and config["constraint"]["network"] == "atoms"
    return [] if unread else config["constraint"]["properties"]


def constraint_networks(properties):
    """The constraints of some of `constraint.properties`."""
    return [f"results/constraint/{entry['name']}/model.keras" for entry in properties]


def generator_of(name, folder="results"):
    """What the graphs of a variant or an arm are made by: its generator, or the templates of all."""
    if network_of(name) == "templates":
        return f"{folder}/templates/crystals.parquet"
    return f"{folder}/gan/{variant_of(name)}/generator.keras"


def compositions_of(name, folder="results"):
    """The compositions that the generator of a variant or an arm learnt; templates have their own."""
    templates = network_of(name) == "templates"
    return [] if templates else f"{folder}/gan/{variant_of(name)}/compositions.json"


def generate_settings(name):
    """The section `generate` as a variant or an arm has it."""
    return {**config["generate"], **(ARMS[name]["generate"] if name in ARMS else {})}


def refiners_of(name):
    """The refiner of a variant or an arm: only crystals whose elements were exchanged have one."""
    refined = network_of(name) == "templates" and generate_settings(name)["refine"]
    return ["results/refiner/model.keras"] if refined else []


def critic_of(name):
    """The critic of a variant or an arm whose constraints choose among crystals of any system."""
    chosen = network_of(name) == "templates" and constraints_of(name)
    settings = GenerateSettings.model_validate(generate_settings(name))
    return [f"results/generated/{name}/critic.json"] if chosen and settings.has_critic else []


DENOISER = denoiser_of(GAN_VARIANTS[0])
REFINER = refiners_of(GAN_VARIANTS[0])
SITE_NETWORK_ELEMENTS = ELEMENTS if config["autoencoder"]["graphs"] == "separated" else []
# Those of tiles on graphs that the autoencoders write of crystals turned and moved.
WRITES_ANEW = [True] if config["constraint"]["network"] == "tiles" else []
SITE_NETWORKS = expand(AUTOENCODER, kind=SITE_NETWORK_ELEMENTS or ["combined"])

MANIFEST = config["pretrained"]["manifest"] and shipped(config["pretrained"]["manifest"])
try:
    NAMED = read_manifest(MANIFEST).model_dump() if MANIFEST else {}
except InputError as error:
    raise WorkflowError(str(error)) from None
# By kind, what is taken of the manifest; all else is trained here.
TAKEN = {
    kind: (NAMED.get(kind) if kind in config["pretrained"]["networks"] else None) or {}
    for kind in ("autoencoder", "constraint", "denoiser", "refiner", "templates", "generator")
}


def taken(kind, names):
    """A pattern of the names whose networks are taken: a constraint of a wildcard."""
    return "|".join(name for name in names if name in TAKEN[kind]) or "none"


def trained(kind, names):
    """The names whose networks are trained here."""
    return [name for name in names if name not in TAKEN[kind]]


# The shipped constraint from which the trainings of the others go on.
START = config["constraint"]["start"]
if START and START not in TAKEN["constraint"]:
    raise WorkflowError(
        f"config constraint.start: {START!r} is no network of {MANIFEST}: "
        f"allowed are {', '.join(TAKEN['constraint']) or 'none'}"
    )
START_NETWORK = [f"results/constraint/{START}/model.keras"] if START else []


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


def shards_of_kind(wildcards):
    """The voxel shards that the network of a kind reads."""
    return LATTICE_SHARDS if wildcards.kind == "lattice" else SITE_SHARDS


def constraints_of(name):
    """The constraints that a variant or an arm follows: none of dcgan's, all of ccdcgan's."""
    return config["constraint"]["properties"] if variant_of(name) == "ccdcgan" else []


EXCHANGES = config["constraint"]["exchanges"]
TRAINING_OF_CONSTRAINT = {
    k: v for k, v in config["constraint"].items() if k not in ("properties", "exchanges")
}


def exchanges_of(name):
    """The labelled exchanges that the network of a property learns from, beside the data."""
    if name != "formation_energy_per_atom" or not EXCHANGES["number"]:
        return []
    return expand("results/constraint/exchanges-{shard}.parquet", shard=shards(EXCHANGES["shards"]))


def learning_curve(wildcards):
    """The learning curve of properties that go on from a shipped constraint, if there are any."""
    if not FINETUNED:
        raise WorkflowError(
            "config constraint.start: no property goes on from a shipped network, as target "
            "finetune needs: see presets/finetune.yaml"
        )
    return ["results/finetune/curve.csv", "results/finetune/curve.svg"]


# The variant that predicts structures, and its arms, which do it in ways of their own.
PREDICTING = [
    CSP_VARIANT,
    *(name for name in ARMS if variant_of(name) == CSP_VARIANT and not writes_graphs(name)),
]


def predicting_generator(wildcards):
    """The generator that predicts structures. Those that write graphs, which cannot, are refused."""
    if writes_graphs(wildcards.variant):
        raise WorkflowError(
            f"config gan.network: {GAN['network']!r} cannot be told which atoms a crystal has, as target csp "
            "must: set 'atoms'"
        )
    return generator_of(wildcards.variant)


def predicting_settings(name):
    """As a variant or an arm makes crystals; how many the stage makes, and of what, is no matter."""
    asked = {"graphs": 1, "shards": 1, "seed": None, "systems": None, "fractions": {}}
    return generate_settings(name) | WITH_EXACT | asked
