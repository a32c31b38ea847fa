"""Which graphs of a variant gave valid, unique and novel crystals."""

from ccdcgan.core.jobs import job

with job(snakemake):
    from ccdcgan.core.tables import write_table
    from ccdcgan.crystals.archives import write_crystals
    from ccdcgan.crystals.table import read_structures
    from ccdcgan.stability.screen import funnel, read_manifests, screen

    structures = read_structures(snakemake.input.structures)
    manifest, crystals = read_manifests(snakemake.input.manifests, snakemake.input.crystals)
    rows = screen(manifest, crystals, structures, processes=snakemake.threads)
    write_crystals(
        snakemake.output.novel, {name: crystals[name] for name in rows["id"][rows["novel"]]}
    )
    write_table(snakemake.output.funnel, funnel(rows))
    write_table(snakemake.output.rows, rows)
