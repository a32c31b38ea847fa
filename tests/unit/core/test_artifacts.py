"""Files appear whole or not at all, digests and seeds follow their input, a full disk is a line."""

import os
import re
import resource
import signal
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path

import pytest

from ccdcgan.core.artifacts import (
    atomic,
    check_digest,
    digest,
    provenance,
    read_json,
    stable_seed,
    write_digest,
    write_json,
)
from ccdcgan.core.errors import InputError
from runs import ROOT


def test_atomic_puts_the_finished_file_in_place(tmp_path: Path) -> None:
    target = tmp_path / "new" / "file.csv.gz"
    with atomic(target) as temporary:
        assert temporary.parent == target.parent
        assert temporary.suffixes == target.suffixes
        temporary.write_text("whole")
        assert not target.exists()
    assert target.read_text() == "whole"
    assert list(target.parent.iterdir()) == [target]


def test_atomic_keeps_the_old_file_when_the_writer_fails(tmp_path: Path) -> None:
    target = tmp_path / "file.txt"
    target.write_text("old")
    with pytest.raises(RuntimeError), atomic(target) as temporary:
        temporary.write_text("half of the n")
        raise RuntimeError
    assert target.read_text() == "old"
    assert list(tmp_path.iterdir()) == [target]


KILLED = textwrap.dedent("""\
    import os
    import signal
    import sys

    sys.path.insert(0, sys.argv[2])
    from ccdcgan.core.artifacts import atomic

    with atomic(sys.argv[1]) as temporary:
        temporary.write_text("half")
        os.kill(os.getpid(), signal.SIGKILL)
    """)


def test_what_a_killed_writer_left_is_cleared_away(tmp_path: Path) -> None:
    target = tmp_path / "file.txt"
    command = [sys.executable, "-c", KILLED, target, ROOT / "workflow_scripts"]
    assert subprocess.run(command).returncode == -signal.SIGKILL
    (left,) = tmp_path.iterdir()
    assert left.name.endswith("-file.txt") and left.read_text() == "half"
    with atomic(tmp_path / "another-file.txt") as temporary:
        temporary.write_text("another")
    assert left.exists(), "of another file"
    # Of this process, which is at work; and of an unknown machine, just now and long ago.
    with atomic(target) as working:
        working.write_text("whole")
        recent, old = (tmp_path / f".{n * 6}-1-{n * 8}-file.txt" for n in "ab")
        recent.touch()
        old.touch()
        os.utime(old, (0, 0))
        with atomic(target) as second:
            second.write_text("second")
        assert working.exists() and recent.exists()
        assert not left.exists() and not old.exists()
    assert target.read_text() == "whole"


def test_a_file_stands_on_the_disk_before_it_is_moved(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target, seen = tmp_path / "file.txt", []
    real = os.fsync

    def watched(descriptor: int) -> None:
        path = Path(f"/proc/self/fd/{descriptor}").readlink()
        seen.append((re.sub(r"^\..*-", "", path.name), target.exists()))
        real(descriptor)

    monkeypatch.setattr(os, "fsync", watched)
    with atomic(target) as temporary:
        temporary.write_text("whole")
    assert seen == [("file.txt", False), (tmp_path.name, True)]


def test_a_damaged_json_file_is_one_line(tmp_path: Path) -> None:
    path = tmp_path / "metrics.json"
    write_json(path, {"mae": 1.0})
    assert read_json(path, "mae") == {"mae": 1.0}
    with pytest.raises(InputError, match=r"metrics\.json: rmse is missing"):
        read_json(path, "mae", "rmse")
    for content in (b'{"mae": ', b"\xff\xfe", b"[" * 100_000):
        path.write_bytes(content)
        with pytest.raises(InputError, match=r"metrics\.json: no readable JSON") as caught:
            read_json(path)
        assert "\n" not in str(caught.value)


def test_a_file_is_held_against_the_digest_beside_it(tmp_path: Path) -> None:
    path = tmp_path / "model.keras"
    path.write_bytes(b"weights")
    check_digest(path)  # there is none
    write_digest(path)
    check_digest(path)
    (line,) = (tmp_path / "model.keras.sha256").read_text().splitlines()
    assert re.fullmatch(r"[0-9a-f]{64}  model\.keras", line)  # of sha256sum
    path.write_bytes(b"weightz")
    with pytest.raises(InputError, match=r"model\.keras: damaged"):
        check_digest(path)


def test_write_json_refuses_nan_and_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(ValueError):
        write_json(tmp_path / "metrics.json", {"mae": float("nan")})
    assert list(tmp_path.iterdir()) == []


def test_digest_ignores_the_order_of_keys_alone() -> None:
    assert digest({"a": 1, "b": [1, 2]}) == digest({"b": [1, 2], "a": 1})
    assert digest({"a": 1, "b": [1, 2]}) != digest({"a": 1, "b": [2, 1]})


def test_stable_seed_depends_on_every_part() -> None:
    seeds = {stable_seed(*key) for key in [(1, "a"), (2, "a"), (1, "b"), (1, "a", "b"), (1, "ab")]}
    assert len(seeds) == 5
    assert all(0 <= seed < 2**31 for seed in seeds)
    # SHA-256 of '[2026,"gan"]', so that it is the same on every machine.
    assert stable_seed(2026, "gan") == int(digest([2026, "gan"])[:8], 16) // 2


def test_provenance_names_config_seed_and_versions() -> None:
    found = provenance({"seed": 1}, 7)
    assert found["config_digest"] == digest({"seed": 1})
    assert found["seed"] == 7
    assert "numpy" in found["versions"]


# A script as a rule would run it, with a target that does not fit on its disk.
SCRIPT = textwrap.dedent("""\
    import sys
    from types import SimpleNamespace

    sys.path.insert(0, sys.argv[2])
    from ccdcgan.core.artifacts import atomic
    from ccdcgan.core.jobs import job

    config = {"hardware": {"backend": "tensorflow"}}
    with job(SimpleNamespace(log=[], threads=1, rule="write", config=config)):
        with atomic(sys.argv[1]) as temporary, open(temporary, "wb") as file:
            for _ in range(64):
                file.write(bytes(2**16))
    """)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of one megabyte: a tmpfs, or without the right to mount one, a limit on files."""
    mount = ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(tmp_path)]
    mounted = os.geteuid() == 0 and subprocess.run(mount, capture_output=True).returncode == 0
    yield tmp_path
    if mounted:
        subprocess.run(["umount", str(tmp_path)], check=True)


def limit_files() -> None:
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (2**20, 2**20))


def test_full_disk_ends_with_one_line_and_no_file(small_disk: Path) -> None:
    (small_disk / "shard-0001.h5").write_text("another shard")
    run = subprocess.run(
        [sys.executable, "-c", SCRIPT, small_disk / "shard-0000.h5", ROOT / "workflow_scripts"],
        capture_output=True,
        text=True,
        preexec_fn=None if os.path.ismount(small_disk) else limit_files,
    )
    assert run.returncode == 1
    (line,) = run.stderr.splitlines()
    assert "No space left on device" in line or "File too large" in line
    assert "shard-0000.h5" in line
    assert [path.name for path in small_disk.iterdir()] == ["shard-0001.h5"]
    assert (small_disk / "shard-0001.h5").read_text() == "another shard"
