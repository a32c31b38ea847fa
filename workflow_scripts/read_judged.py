"""Read crystals whose energies above the hull are known by DFT."""

from ccdcgan.core.jobs import job

with job(snakemake):
    from ccdcgan.core.artifacts import provenance
    from ccdcgan.core.settings.limits import LimitSettings
    from ccdcgan.evaluation.judge_check import read_judged

    limits = LimitSettings.model_validate(snakemake.params.limits)
    judged = read_judged(snakemake.input.path, limits)
    judged.write(snakemake.output.crystals, provenance(snakemake.config))
