"""One shard of crystals of a baseline."""

from ccdcgan.core.jobs import job

with job(snakemake):
    from ccdcgan.core.tables import write_table
    from ccdcgan.crystals.archives import write_crystals
    from ccdcgan.crystals.compositions import Compositions
    from ccdcgan.crystals.table import read_structures
    from ccdcgan.generation.baselines import MAKERS, baseline_shard
    from ccdcgan.generation.compositions import chosen_compositions

    settings = snakemake.params.generate
    structures = read_structures(snakemake.input.structures)
    train = structures[(structures["split"] == "train") & (structures["kind"] == "phase")]
    manifest, crystals = baseline_shard(
        MAKERS[snakemake.wildcards.baseline](train),
        chosen_compositions(
            Compositions.of_training(structures.loc[structures["split"] == "train", "species"]),
            **{key: settings[key] for key in ("systems", "max_atoms", "fractions")},
        ),
        variant=snakemake.wildcards.baseline,
        shard=int(snakemake.wildcards.shard),
        shards=settings["shards"],
        graphs=settings["graphs"],
        min_distance=snakemake.params.min_distance,
        seed=snakemake.params.seed,
    )
    write_crystals(snakemake.output.crystals, crystals)
    write_table(snakemake.output.manifest, manifest)
