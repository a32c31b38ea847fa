"""Read crystals whose energies above the hull are known by DFT."""

from ccdcgan.core.jobs import job

with job(snakemake):
    from ccdcgan.core.artifacts import provenance
    from ccdcgan.evaluation.judge_check import read_judged

    judged = read_judged(snakemake.input.path)
    judged.write(snakemake.output.crystals, provenance(snakemake.config))
