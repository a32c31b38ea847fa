"""A property of few structures on top of a shipped constraint."""

from pathlib import Path

import pandas as pd
import pytest

from builders.local import CRYSTALS, write_csv
from runs import ROOT, Run, copy_repository, snakemake

OVERLAY = """
data:
  path: s.csv
  properties:
    - {name: formation_energy_per_atom, unit: eV/atom, required: false}
    - {name: gap, unit: eV, required: true}
constraint:
  properties:
    - {name: formation_energy_per_atom, weight: 1.0, goal: minimise}
    - {name: gap, weight: 1.0, goal: target, target: 1.5}
generate: {systems: [Fe-O], graphs: 20}
"""


def dry_run(folder: Path, overlay: str, *targets: str) -> Run:
    write_csv(folder)
    (folder / "overlay.yaml").write_text(overlay)
    files = ["--configfile", "presets/finetune.yaml", folder / "overlay.yaml"]
    return snakemake(ROOT, "--dry-run", "--directory", folder, *files, "--", *targets)


def test_a_fold_is_a_job_and_the_generator_is_driven_by_the_property(tmp_path: Path) -> None:
    run = dry_run(tmp_path, OVERLAY, "finetune", "generate")
    assert run.status == 0, run.output[-20_000:]
    assert run.jobs["predict_fold"] == 5 and run.jobs["install_constraint"] == 1
    assert run.jobs["train_constraint"] == 1 and run.jobs["generate_graphs"] == 2
    assert "train_gan" not in run.jobs and run.wildcards("property") == {
        "gap",
        "formation_energy_per_atom",
    }
    assert "results/constraint/gap/model.keras" in run.output


def test_a_start_that_is_not_shipped_is_one_line(tmp_path: Path) -> None:
    run = dry_run(tmp_path, OVERLAY + "pretrained: {manifest: none.yaml}\n", "finetune")
    assert run.status and "none.yaml cannot be read" in run.output
    run = dry_run(tmp_path, f"{OVERLAY}".replace("constraint:", "constraint:\n  start: gap"))
    assert run.status and "config constraint.start: 'gap' is no network of" in run.output
    assert "Traceback" not in run.output


def test_the_target_needs_a_start(tmp_path: Path) -> None:
    run = dry_run(
        tmp_path, OVERLAY.replace("constraint:", "constraint:\n  start: null"), "finetune"
    )
    assert run.status and "config constraint.start: no property goes on from" in run.output


@pytest.mark.parametrize(
    ("header", "said"),
    [
        ("gap", "the column gap has no unit; name it 'gap (eV)' if it is in eV"),
        ("gap (eV)", "constraint property 'gap': only 3 structures have a value of it"),
    ],
)
def test_a_faulty_table_is_one_line_of_the_log(tmp_path: Path, header: str, said: str) -> None:
    repository = copy_repository(tmp_path)
    path = write_csv(repository)
    table = pd.read_csv(path)
    other = CRYSTALS["salt"].copy()
    other.replace_species({"Na": "K"})
    table.loc[2] = {**table.loc[0], "id": "other", "cif": other.to(fmt="cif")}
    table["gap (eV)"] = [5.0, 1.0, 2.0]
    table.rename(columns={"gap (eV)": header}).to_csv(path, index=False)
    (repository / "overlay.yaml").write_text(OVERLAY)
    files = ["--configfile", "presets/finetune.yaml", "overlay.yaml"]
    run = snakemake(repository, *files, "--", "results/finetune/gap/fold-0.csv")
    assert run.status and said in run.output and "Traceback" not in run.output
