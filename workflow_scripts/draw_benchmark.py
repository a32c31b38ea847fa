"""The crystals of a variant for LeMat-GenBench, unselected, as a table and as CIFs."""

from ccdcgan.core.jobs import job

with job(snakemake):
    from ccdcgan.core.artifacts import provenance
    from ccdcgan.core.tables import write_zip
    from ccdcgan.crystals.table import Crystals
    from ccdcgan.evaluation.benchmark_sample import draw
    from ccdcgan.report.cifs import cifs

    given, made, params = snakemake.input, snakemake.output, snakemake.params
    drawn = draw(Crystals.read_all(given.crystals), params.crystals)
    write_zip(made.cifs, cifs(drawn.crystals))
    drawn.crystals.write(
        made.crystals, {**drawn.notes(), **provenance(snakemake.config, params.seed)}
    )
