"""Inverse design of crystals: from structures to generated crystals on a convex hull."""

from snakemake.utils import min_version

min_version("9.0")


configfile: workflow.source_path("config.yaml")


include: "rules/common.smk"
include: "rules/slurm.smk"
include: "rules/networks.smk"
include: "rules/competing_phases.smk"
include: "rules/pretrained.smk"
include: "rules/prototypes.smk"
include: "rules/sources.smk"
include: "rules/data.smk"
include: "rules/references.smk"
include: "rules/known_phases.smk"
include: "rules/voxels.smk"
include: "rules/autoencoder.smk"
include: "rules/graphs.smk"
include: "rules/evaluate.smk"
include: "rules/export.smk"
include: "rules/constraint.smk"
include: "rules/finetune.smk"
include: "rules/gan.smk"
include: "rules/denoiser.smk"
include: "rules/templates.smk"
include: "rules/refiner.smk"
include: "rules/generate.smk"
include: "rules/csp.smk"
include: "rules/baselines.smk"
include: "rules/screen.smk"
include: "rules/relax.smk"
include: "rules/judge_check.smk"
include: "rules/hull.smk"
include: "rules/summary.smk"
include: "rules/explorer.smk"
include: "rules/statistics.smk"
include: "rules/ablation.smk"
include: "rules/benchmark.smk"
include: "rules/dft.smk"
include: "rules/handover.smk"
include: "rules/augmentation.smk"
include: "rules/report.smk"
include: "rules/collect.smk"


rule all:
    """Every stage: the default target."""
    input:
        reported(
            rules.data.input,
            rules.voxels.input,
            rules.autoencoder.input,
            rules.graphs.input,
            rules.constraint.input,
            rules.gan.input,
            rules.generate.input,
            rules.decode.input,
            rules.screen.input,
            rules.relax.input,
            rules.hull.input,
            rules.summary.input,
            rules.explorer.input,
            rules.dft.input,
            rules.report.input,
        ),


# A job that is tried again, as by profiles of clusters, is given more memory and time.
for each in workflow.rules:
    asked = {name: each.resources.get(name) for name in ("mem_mb", "runtime")}
    each.resources.update(
        {
            name: lambda wildcards, attempt, first=one.value: first * attempt
            for name, one in asked.items()
            if one and not one.is_evaluable() and one.value
        }
    )
