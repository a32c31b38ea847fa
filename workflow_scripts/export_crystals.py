"""The relaxed crystals of a variant in the files that other tools read."""

from ccdcgan.core.jobs import job

with job(snakemake):
    from pathlib import Path

    from ccdcgan.core.artifacts import write_text
    from ccdcgan.core.tables import write_table, write_zip
    from ccdcgan.report.export import (
        cif_pairs,
        optimade_lines,
        relaxed_rows,
        write_ase_database,
    )
    from ccdcgan.report.summary import read_summary
    from ccdcgan.stability.outcomes import read_relaxed

    given, made = snakemake.input, snakemake.output
    relaxed = read_relaxed(given.relaxed)
    rows = relaxed_rows(read_summary(given.summary), relaxed)
    modified = Path(given.relaxed).stat().st_mtime
    lines = optimade_lines(rows, relaxed, snakemake.params.potential, modified)
    write_text(made.optimade, "".join(f"{line}\n" for line in lines))
    write_ase_database(made.database, rows, relaxed)
    write_table(made.rows, rows)
    write_zip(made.cifs, cif_pairs(rows, relaxed, snakemake.params.symprec))
