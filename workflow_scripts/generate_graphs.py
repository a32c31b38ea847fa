"""One shard of crystal graphs of a variant."""

from ccdcgan.core.jobs import job

with job(snakemake):
    from functools import partial

    from ccdcgan.core.artifacts import provenance
    from ccdcgan.crystals.compositions import read_compositions
    from ccdcgan.generation.compositions import chosen_compositions
    from ccdcgan.generation.descent import descend
    from ccdcgan.generation.generate import generate_shard
    from ccdcgan.networks.constraint import Constraint
    from ccdcgan.networks.denoiser import Denoiser
    from ccdcgan.networks.discriminator import Discriminator
    from ccdcgan.networks.files import load_model
    from ccdcgan.networks.registry import GENERATORS
    from ccdcgan.training.constraint_loss import ConstraintTerm

    settings, seed = snakemake.params.generate, snakemake.params.seed
    generator = load_model(snakemake.input.generator, GENERATORS[snakemake.params.network])
    denoisers = [load_model(path, Denoiser) for path in snakemake.input.denoiser]
    constraints = [load_model(path, Constraint) for path in snakemake.input.constraints]
    move = None
    if settings["descent"]["steps"]:
        asked = zip(constraints, snakemake.params.properties, strict=True)
        terms = [
            ConstraintTerm(net, one["weight"], one["goal"], one.get("target")) for net, one in asked
        ]
        discriminator = load_model(snakemake.input.discriminator, Discriminator)
        move = partial(descend, generator, discriminator, terms, **settings["descent"])
    generate_shard(
        snakemake.output[0],
        generator,
        next(iter(denoisers), None),
        constraints,
        chosen_compositions(
            read_compositions(snakemake.input.compositions),
            **{key: settings[key] for key in ("systems", "max_atoms", "fractions")},
        ),
        settings,
        variant=snakemake.wildcards.variant,
        shard=int(snakemake.wildcards.shard),
        seed=seed,
        notes=provenance(snakemake.config, seed),
        move=move,
    )
