"""One batch of crystal graphs of a variant."""

from ccdcgan.jobs import job

with job(snakemake):
    from ccdcgan.artifacts import provenance
    from ccdcgan.generation import chosen_compositions, generate_batch, read_compositions
    from ccdcgan.networks.constraint import Constraint
    from ccdcgan.networks.denoiser import Denoiser
    from ccdcgan.networks.generator import Generator
    from ccdcgan.training import load_model

    settings, seed = snakemake.params.generate, snakemake.params.seed
    generate_batch(
        snakemake.output[0],
        load_model(snakemake.input.generator, Generator),
        load_model(snakemake.input.denoiser, Denoiser),
        [load_model(path, Constraint) for path in snakemake.input.constraints],
        chosen_compositions(
            read_compositions(snakemake.input.compositions),
            **{key: settings[key] for key in ("systems", "max_atoms", "fractions")},
        ),
        variant=snakemake.wildcards.variant,
        batch=int(snakemake.wildcards.batch),
        batches=settings["batches"],
        graphs=settings["graphs"],
        start=settings["start"],
        levels=settings["levels"],
        settle=settings["settle"],
        seed=seed,
        notes=provenance(snakemake.config, seed),
    )
