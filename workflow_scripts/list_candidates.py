"""Pictures and CIFs of the best crystals of all systems."""

from ccdcgan.core.jobs import job

with job(snakemake):
    from ccdcgan.core.tables import read_each, write_zip
    from ccdcgan.dft.candidates import read_candidates
    from ccdcgan.report.candidates import cifs, read_pictures
    from ccdcgan.report.figures.crystals import crystals_figure
    from ccdcgan.report.figures.style import save

    given, params, made = snakemake.input, snakemake.params, snakemake.output
    decks = dict(zip(params.systems, given.decks, strict=True))
    candidates = read_each(read_candidates, params.systems, given.candidates)
    save(crystals_figure(read_pictures(candidates, decks)), made.figure)
    write_zip(made.cifs, cifs(candidates, decks))
