"""Which graphs of a variant gave valid, unique and novel crystals."""

from ccdcgan.jobs import job

with job(snakemake):
    from ccdcgan.archives import write_crystals, write_table
    from ccdcgan.screen import funnel, read_batches, screen
    from ccdcgan.structures import read_structures

    structures = read_structures(snakemake.input.structures)
    manifest, crystals = read_batches(snakemake.input.manifests, snakemake.input.crystals)
    rows = screen(manifest, crystals, structures, processes=snakemake.threads)
    write_crystals(
        snakemake.output.novel, {name: crystals[name] for name in rows["id"][rows["novel"]]}
    )
    write_table(snakemake.output.funnel, funnel(rows))
    write_table(snakemake.output.rows, rows)
