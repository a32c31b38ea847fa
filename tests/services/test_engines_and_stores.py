"""Other engines than Slurm and other places than a shared disk, by Snakemake's plugins."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import boto3
import pandas as pd
import pytest
import yaml
from moto.server import ThreadedMotoServer

from ccdcgan.crystals.table import Crystals
from runs import Run, copy_repository, snakemake

TARGET = "results/data/prototypes/Cu/phases.parquet"
"""Of three jobs, one after the other: decorate, relax, merge."""
KEY, SECRET, REGION = "some-key", "a-key-that-nobody-may-read", "us-east-1"
SUBMIT = """\
#!/bin/sh
# Submits a job script as a scheduler does: it goes on in the background, and its id is printed.
nohup sh "$1" >"$1.out" 2>&1 </dev/null &
echo $! | tee -a submitted.txt
"""


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the repository that relaxes some prototypes of copper by the EMT potential."""
    folder = copy_repository(tmp_path_factory.mktemp("repository"))
    changes = {
        "pretrained": {"manifest": None},
        "systems": ["Au-Cu"],
        "potential": {"name": "ase.calculators.emt:EMT", "arguments": {}},
        "data": {"prototypes": {"max_prototypes": 3}},
    }
    (folder / "copper.yaml").write_text(yaml.safe_dump(changes))
    return folder


def run(repository: Path, target: str, *arguments: str | Path) -> Run:
    return snakemake(repository, "--configfile", "copper.yaml", *arguments, "--", target)


@pytest.fixture(scope="module")
def phases(repository: Path, tmp_path_factory: pytest.TempPathFactory) -> pd.DataFrame:
    """What the target holds after a run on this machine and its disk."""
    folder = tmp_path_factory.mktemp("plain")
    done = run(repository, TARGET, "--directory", folder)
    assert done.status == 0, done.output[-5000:]
    return Crystals.read(folder / TARGET).table


@pytest.fixture(scope="module")
def bucket() -> Iterator[tuple[str, str]]:
    """The address of an S3 server, whose key stands in the environment, and a bucket there."""
    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    client = boto3.client(
        "s3",
        endpoint_url=f"http://{host}:{port}",
        aws_access_key_id=KEY,
        aws_secret_access_key=SECRET,
        region_name=REGION,
    )
    client.create_bucket(Bucket="my-bucket")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AWS_ACCESS_KEY_ID", KEY)
        patch.setenv("AWS_SECRET_ACCESS_KEY", SECRET)
        yield f"http://{host}:{port}", "my-bucket"
    server.stop()


def s3_options(address: str) -> tuple[str, ...]:
    return ("--storage-s3-endpoint-url", address, "--storage-s3-region", REGION)


def test_jobs_that_a_shell_submits_in_the_background(
    repository: Path, phases: pd.DataFrame, tmp_path: Path
) -> None:
    submit = tmp_path / "submit.sh"
    submit.write_text(SUBMIT)
    done = run(
        repository,
        TARGET,
        *("--directory", tmp_path, "--profile", "profiles/cluster-generic"),
        *("--cluster-generic-submit-cmd", f"sh {submit}", "--seconds-between-status-checks", "1"),
    )
    assert done.status == 0, done.output[-5000:]
    assert len((tmp_path / "submitted.txt").read_text().split()) == 3
    pd.testing.assert_frame_equal(Crystals.read(tmp_path / TARGET).table, phases)


@pytest.mark.skipif(not shutil.which("rsync"), reason="the plugin copies by rsync")
def test_files_in_another_folder(repository: Path, phases: pd.DataFrame, tmp_path: Path) -> None:
    store = tmp_path / "store"
    done = run(
        repository,
        TARGET,
        *("--directory", tmp_path / "here", "--default-storage-provider", "fs"),
        *("--default-storage-prefix", store),
    )
    assert done.status == 0, done.output[-5000:]
    pd.testing.assert_frame_equal(Crystals.read(store / TARGET).table, phases)
    assert not (tmp_path / "here" / TARGET).exists()


def test_files_in_a_bucket(
    repository: Path, phases: pd.DataFrame, bucket: tuple[str, str], tmp_path: Path
) -> None:
    address, name = bucket
    done = run(
        repository,
        TARGET,
        *("--directory", tmp_path / "here", "--default-storage-provider", "s3"),
        *("--default-storage-prefix", f"s3://{name}/run", *s3_options(address)),
    )
    assert done.status == 0, done.output[-5000:]
    kept = [path for path in (tmp_path / "here").rglob("*") if path.is_file()]
    assert SECRET not in done.output + "".join(path.read_text("latin-1") for path in kept)
    client = boto3.client("s3", endpoint_url=address, region_name=REGION)
    client.download_file(name, f"run/{TARGET}", str(tmp_path / "phases.parquet"))
    pd.testing.assert_frame_equal(Crystals.read(tmp_path / "phases.parquet").table, phases)


@pytest.mark.parametrize("engine", ["kubernetes", "aws-batch"])
def test_the_default_run_is_planned_with_the_profile(
    engine: str, repository: Path, bucket: tuple[str, str], tmp_path: Path
) -> None:
    address, _ = bucket
    profile = ("--profile", f"profiles/{engine}", "--directory", tmp_path, "--dry-run")
    done = run(repository, "graphs", *profile, *s3_options(address))
    assert done.status == 0, done.output[-5000:]
    assert "s3://my-bucket/my-run/results/graphs/shard-0000.h5" in done.output
    assert done.jobs["train_autoencoder"] and done.jobs["encode_graphs"]
