"""What crystals are held against: the table of known phases, and the phases of each system."""

from ccdcgan.core.artifacts import sha256_of

# Crystals of any system of the data, whose known phases only their relaxation names.
ALL_SYSTEMS = (
    OTHER_SOURCES
    and config["hull"]["reference"] == "potential"
    and config["generate"]["systems"] is None
    and not EXACT
)
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
        return expand(
            "results/references/crystals-{shard}.parquet", shard=shards(config["relax"]["shards"])
        )
    return [known_phases(system) for system in SYSTEMS]


def augmented_phases(wildcards):
    """The file of the system's known phases. Shipped networks, which saw them, are refused."""
    others = sorted(kind for kind, held in TAKEN.items() if held and kind != "autoencoder")
    if others:
        raise WorkflowError(f"config pretrained: augmentation trains its own: {', '.join(others)}")
    return known_phases(AUGMENTED_SYSTEM)
