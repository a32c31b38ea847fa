"""Crystals of exactly the compositions that the configuration names."""

from pathlib import Path

from runs import ROOT, TINY, Run, snakemake

EXACT = "generate: {compositions: [Co2Hf, {formula: MnSe2, cells: [1, 2]}], samples: 3}\n"


def dry_run(folder: Path, overlay: str, *targets: str) -> Run:
    (folder / "overlay.yaml").write_text(overlay)
    files = ["--configfile", TINY, folder / "overlay.yaml"]
    return snakemake(ROOT, "--dry-run", *targets, "--directory", folder, *files)


def test_their_systems_are_those_of_the_run(tmp_path: Path) -> None:
    run = dry_run(tmp_path, EXACT, "compositions")
    assert run.status == 0, run.output[-20_000:]
    assert run.wildcards("system") == {"Co-Hf", "Mn-Se"}
    assert run.jobs["plot_compositions"] == 1 and run.jobs["summarise_graphs"] == 2


def test_the_figure_needs_compositions(tmp_path: Path) -> None:
    run = dry_run(tmp_path, "seed: 1\n", "compositions")
    assert run.status and "config generate.compositions: lists none" in run.output
    assert dry_run(tmp_path, "seed: 1\n", "all").status == 0


def test_faulty_compositions_are_one_line_before_any_job(tmp_path: Path) -> None:
    run = dry_run(tmp_path, "generate: {compositions: [CoQq, Co30Hf]}\n", "compositions")
    assert run.status and "'CoQq' names the unknown element 'Qq'" in run.output
    assert "Traceback" not in run.output


def test_other_experiments_draw_their_own_compositions(tmp_path: Path) -> None:
    overlay = f"pretrained: {{manifest: null}}\n{EXACT}"
    for target in ("csp", "augmentation"):
        run = dry_run(tmp_path, overlay, target)
        assert run.status == 0, run.output[-20_000:]
