"""One batch of crystal graphs of a variant."""

from ccdcgan.jobs import job

with job(snakemake):
    from functools import partial

    from ccdcgan.adversarial import Drive
    from ccdcgan.artifacts import provenance
    from ccdcgan.compositions import chosen_compositions, read_compositions
    from ccdcgan.descent import descend
    from ccdcgan.generation import generate_batch
    from ccdcgan.networks.constraint import Constraint
    from ccdcgan.networks.denoiser import Denoiser
    from ccdcgan.networks.generator import Generator
    from ccdcgan.networks.tiles import Discriminator
    from ccdcgan.training import load_model

    settings, seed = snakemake.params.generate, snakemake.params.seed
    generator = load_model(snakemake.input.generator, Generator)
    constraints = [load_model(path, Constraint) for path in snakemake.input.constraints]
    move = None
    if settings["descent"]["steps"]:
        asked = zip(constraints, snakemake.params.properties, strict=True)
        drives = [Drive(net, one["weight"], one["goal"], one.get("target")) for net, one in asked]
        discriminator = load_model(snakemake.input.discriminator, Discriminator)
        move = partial(descend, generator, discriminator, drives, **settings["descent"])
    generate_batch(
        snakemake.output[0],
        generator,
        load_model(snakemake.input.denoiser, Denoiser),
        constraints,
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
        move=move,
    )
