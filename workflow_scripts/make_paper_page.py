"""The paper and this run, side by side on one page."""

from pathlib import Path

from ccdcgan.core.jobs import job

with job(snakemake):
    from ccdcgan.core.artifacts import read_json, write_text
    from ccdcgan.core.tables import read_each
    from ccdcgan.crystals.energy_schemes import corrected_scheme
    from ccdcgan.evaluation.paper_phases import read_paper_phases
    from ccdcgan.report.paper_page import Outcome, paper_page, words
    from ccdcgan.report.table1 import read_table1
    from ccdcgan.stability.outcomes import read_screened

    given, params = snakemake.input, snakemake.params
    figures = zip(params.figures, given.figures, strict=True)
    run = Outcome(
        table1=read_table1(given.table1),
        phases=read_paper_phases(given.phases),
        screened=read_each(read_screened, params.variants, given.screened),
        figures={name: Path(path).read_text(encoding="utf-8") for name, path in figures},
        numbers=read_each(read_json, params.numbers, given.numbers),
        energies=corrected_scheme(*params.energies),
        made_by=words(params.variants, params.arms, params.network),
    )
    write_text(snakemake.output.page, paper_page(run))
