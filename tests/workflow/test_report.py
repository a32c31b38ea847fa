"""The HTML report shows what there is, whichever targets were run."""

from pathlib import Path

from runs import copy_repository, snakemake

OVERLAY = """
systems: [Cd-Li]
data: {source: known_phases}
"""


def test_a_report_after_one_target_shows_what_there_is(tmp_path: Path) -> None:
    repository = copy_repository(tmp_path)
    overlay = tmp_path / "overlay.yaml"
    overlay.write_text(OVERLAY)
    run = snakemake(repository, "--configfile", overlay, "--", "data")
    assert run.status == 0, run.output
    report = ("--configfile", overlay, "--report", "results/report.html")
    run = snakemake(repository, *report)
    assert run.status == 0, run.output
    page = (tmp_path / "results/report.html").read_text(encoding="utf-8")
    assert "structures.svg" in page and "hull.svg" not in page
    # All that could be is still what a run makes.
    run = snakemake(repository, "--configfile", overlay, "--dry-run")
    assert run.status == 0 and {"train_gan", "relax_crystals", "make_table1"} <= set(run.jobs)
