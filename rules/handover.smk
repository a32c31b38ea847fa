# Requires: results/summary/{variant}.csv, results/relax/{variant}/relaxed.parquet; the jobs also
#           results/dft/{system}/candidates.csv, results/hull/{system}/hull.csv and the known phases
# Makes:    results/export/{variant}/ (optimade.jsonl, crystals.db, crystals.csv, cifs.zip:
#           relaxed crystals in the files that other tools read), results/handover/{system}/ (jobs for atomate2)
#
# Not a part of the default run.


rule export_crystals:
    """Write the relaxed crystals of a variant into the files that other tools read."""
    input:
        summary="results/summary/{variant}.csv",
        relaxed="results/relax/{variant}/relaxed.parquet",
    output:
        optimade="results/export/{variant}/optimade.jsonl",
        database="results/export/{variant}/crystals.db",
        rows="results/export/{variant}/crystals.csv",
        cifs="results/export/{variant}/cifs.zip",
    log:
        "results/logs/handover/{variant}.log",
    benchmark:
        "results/benchmarks/handover/{variant}.tsv"
    conda:
        "../envs/export.yaml"
    threads: 1
    resources:
        mem_mb=2000,
        runtime=30,
    params:
        *code("export_crystals.py"),
        potential=SCHEME,
        symprec=config["export"]["symprec"],
    script:
        "../workflow_scripts/export_crystals.py"


rule make_handover:
    """Write a system's candidates and the phases that they compete with as jobs for atomate2."""
    input:
        hull="results/hull/{system}/hull.csv",
        candidates="results/dft/{system}/candidates.csv",
        relaxed=expand("results/relax/{variant}/relaxed.parquet", variant=GAN_VARIANTS),
        structures=lambda wildcards: known_phases(wildcards.system),
    output:
        jobs="results/handover/{system}/crystals.json",
        script="results/handover/{system}/flows.py",
    log:
        "results/logs/handover/{system}.log",
    benchmark:
        "results/benchmarks/handover/{system}.tsv"
    conda:
        "../envs/workflow.yaml"
    threads: 1
    resources:
        mem_mb=1500,
        runtime=15,
    params:
        *code("make_handover.py"),
        above=config["dft"]["competing"],
        potential=SCHEME,
    script:
        "../workflow_scripts/make_handover.py"
