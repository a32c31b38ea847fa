"""Pictures, table and CIFs of the best crystals of all systems."""

from ccdcgan.core.jobs import job

with job(snakemake):
    from ccdcgan.core.artifacts import atomic
    from ccdcgan.report.candidates_page import (
        candidates_page,
        read_candidates,
        read_pictures,
        write_cif_archive,
    )
    from ccdcgan.report.figures.crystals import crystals_figure
    from ccdcgan.report.figures.style import save

    systems = snakemake.params.systems
    decks = dict(zip(systems, snakemake.input.decks, strict=True))
    candidates = read_candidates(dict(zip(systems, snakemake.input.candidates, strict=True)))
    save(crystals_figure(read_pictures(candidates, decks)), snakemake.output.figure)
    write_cif_archive(snakemake.output.cifs, candidates, decks)
    with atomic(snakemake.output.page) as temporary:
        temporary.write_text(
            candidates_page(candidates, decks, potential=snakemake.params.potential)
        )
