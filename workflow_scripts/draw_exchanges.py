"""One shard of crystals with exchanged elements, for the constraint to learn from."""

from ccdcgan.core.jobs import job

with job(snakemake):
    from ccdcgan.core.artifacts import provenance
    from ccdcgan.core.settings.constraint import ExchangeLabelSettings
    from ccdcgan.crystals.table import Crystals
    from ccdcgan.crystals.templates import read_templates
    from ccdcgan.generation.exchange_draws import draw_exchanges, formulas_kept_out
    from ccdcgan.networks.files import load_model
    from ccdcgan.networks.refiner import Refiner

    given, params = snakemake.input, snakemake.params
    drawn = draw_exchanges(
        read_templates(given.templates),
        load_model(given.refiner, Refiner),
        ExchangeLabelSettings.model_validate(params.settings),
        times=params.refine,
        kept_out=formulas_kept_out(Crystals.read(given.structures), params.known_phases),
        shard=int(snakemake.wildcards.shard),
        seed=params.seed,
    )
    drawn.write(snakemake.output.drawn, provenance(snakemake.config, params.seed))
