"""A Slurm of two nodes on loopback for the tests marked `slurm`."""

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

PROGRAMS = ("munged", "slurmctld", "slurmd", "sbatch", "squeue", "sinfo")
# srun inside a job reads this file whatever SLURM_CONF says.
CONFIG = Path("/etc/slurm")
NODES = ("n1", "n2")
SLURM_CONF = """\
ClusterName=test
SlurmctldHost={host}(127.0.0.1)
SlurmctldPort={ports[0]}
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
AuthInfo=socket={state}/munge.socket,cred_expire=10
StateSaveLocation={state}/controller
SlurmdSpoolDir={state}/%n
SlurmctldPidFile={state}/slurmctld.pid
SlurmdPidFile={state}/slurmd-%n.pid
SlurmctldLogFile={state}/slurmctld.log
SlurmdLogFile={state}/slurmd-%n.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
MpiDefault=none
ReturnToService=2
SelectType=select/cons_tres
SelectTypeParameters=CR_Core_Memory
SlurmdParameters=config_overrides
SchedulerParameters=batch_sched_delay=0,sched_interval=1,bf_interval=1
JobAcctGatherType=jobacct_gather/linux
JobAcctGatherFrequency=task=1
JobAcctGatherParams=OverMemoryKill
AccountingStorageType=accounting_storage/none
MinJobAge=3600
KillWait=2
NodeName=n1 NodeHostname={host} NodeAddr=127.0.0.1 Port={ports[1]} CPUs=4 RealMemory=16000
NodeName=n2 NodeHostname={host} NodeAddr=127.0.0.1 Port={ports[2]} CPUs=4 RealMemory=16000
PartitionName=main Nodes=ALL Default=YES MaxTime=INFINITE State=UP
"""


def _free_ports(count: int) -> list[int]:
    with contextlib.ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [one.getsockname()[1] for one in sockets]


def _nodes_are_idle() -> bool:
    answer = subprocess.run(["sinfo", "-h", "-N", "-o", "%T"], capture_output=True, text=True)
    return answer.stdout.split() == ["idle"] * len(NODES)


@pytest.fixture(scope="session")
def slurm(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The folder with the logs and state of a running cluster; stopped afterwards."""
    missing = [name for name in PROGRAMS if not shutil.which(name)]
    if missing:
        pytest.skip(f"Slurm is missing ({', '.join(missing)}): install slurm-wlm and munge")
    if os.geteuid() != 0:
        pytest.skip("slurmd, slurmctld and munged are started as root")
    if (CONFIG / "slurm.conf").exists():
        pytest.skip(f"{CONFIG}/slurm.conf exists: this machine has a Slurm of its own")

    state = tmp_path_factory.mktemp("slurm")
    for folder in ("controller", *NODES):
        (state / folder).mkdir()
    key = state / "munge.key"
    key.write_bytes(os.urandom(1024))
    key.chmod(0o600)
    host = socket.gethostname().split(".")[0]
    CONFIG.mkdir(parents=True, exist_ok=True)
    text = SLURM_CONF.format(host=host, ports=_free_ports(1 + len(NODES)), state=state)
    (CONFIG / "slurm.conf").write_text(text)
    try:
        munge = {"key-file": "key", "socket": "socket", "pid-file": "pid", "log-file": "log"}
        options = [f"--{option}={state}/munge.{suffix}" for option, suffix in munge.items()]
        subprocess.run(
            ["munged", "--force", *options, f"--seed-file={state}/munge.seed"], check=True
        )
        subprocess.run(["slurmctld", "-i"], check=True)
        for node in NODES:
            subprocess.run(["slurmd", "-N", node], check=True)
        for _ in range(100):
            if _nodes_are_idle():
                break
            time.sleep(0.2)
        else:
            pytest.fail("\n".join(path.read_text() for path in sorted(state.glob("slurm*.log"))))
        yield state
    finally:
        for name in (*(f"slurmd-{node}" for node in NODES), "slurmctld", "munge"):
            with contextlib.suppress(FileNotFoundError, ProcessLookupError):
                os.kill(int((state / f"{name}.pid").read_text()), signal.SIGTERM)
        (CONFIG / "slurm.conf").unlink()
