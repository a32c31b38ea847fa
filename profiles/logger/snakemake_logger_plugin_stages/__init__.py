"""A logger of Snakemake that prints a line a rule: what is done, how far it is, how long it takes.

`make` uses it (`PYTHONPATH=profiles/logger snakemake --logger stages`); `snakemake` alone prints
what it always does. Lines go to the standard output, and what the jobs themselves print to the
standard error; Snakemake's own log stands in `.snakemake/log/` all the same.
"""

import sys
import time
from collections import Counter
from logging import ERROR, LogRecord
from pathlib import Path
from typing import Any, TextIO

from snakemake_interface_logger_plugins.base import LogHandlerBase
from snakemake_interface_logger_plugins.common import LogEvent

LAST = 3
"""Lines of a failed job's log that are shown: an error that can be mended is one line."""
ENOUGH = 3
"""Finished jobs from which on the time that is left is estimated."""


class LogHandler(LogHandlerBase):
    """Counts the jobs of each rule and prints a line when the last one has ended."""

    stream: TextIO = sys.stdout

    def __post_init__(self) -> None:
        self.total: Counter[str] = Counter()
        self.done: Counter[str] = Counter()
        self.running: dict[int, tuple[str, float]] = {}
        self.spent: Counter[str] = Counter()
        self.begun: dict[str, float] = {}
        self.targets: set[str] = set()
        self.start = time.monotonic()

    writes_to_stream = True
    writes_to_file = False
    has_filter = True
    has_formatter = True
    needs_rulegraph = False

    def emit(self, record: LogRecord) -> None:
        """Take an event of Snakemake; all that is no event and no error is left to its own log."""
        event = getattr(record, "event", None)
        if event == LogEvent.RUN_INFO:
            stats: dict[str, Any] = getattr(record, "stats", {})
            # Twice in a run: what is to be done, and after checkpoints once more.
            self.total = Counter({k: int(v) for k, v in stats.items() if k != "total"})
            self._say(f"{self.total.total()} jobs of {len(self.total)} rules")
        elif event == LogEvent.JOB_INFO:
            self.running[record.jobid] = record.rule_name, time.monotonic()
            if not record.log:  # a target: it runs nothing
                self.targets.add(record.rule_name)
            elif record.rule_name not in self.begun:
                self.begun[record.rule_name] = time.monotonic()
                if not self.stream.isatty():
                    self._say(f"{record.rule_name} …")
            self._show()
        elif event == LogEvent.JOB_FINISHED:
            self._finished(record.job_id)
        elif event in (LogEvent.JOB_ERROR, LogEvent.GROUP_ERROR):
            self._failed(record)
        elif record.levelno >= ERROR or "Nothing to be done" in str(record.msg):
            self._say(record.getMessage())

    def _finished(self, job: int) -> None:
        rule, begun = self.running.pop(job, ("", time.monotonic()))
        if not rule:
            return
        self.done[rule] += 1
        self.spent[rule] += time.monotonic() - begun
        if self.done[rule] < self.total[rule] or rule in self.targets:
            self._show()
            if self.done.total() == self.total.total():
                self._say(self._far())
            return
        count = self.done[rule]
        jobs = "" if count == 1 else f", {count} jobs"
        self._say(f"{rule}{jobs}: {duration(time.monotonic() - self.begun[rule])}; {self._far()}")

    def _failed(self, record: LogRecord) -> None:
        self.running.pop(getattr(record, "jobid", -1), None)
        self._say(f"{getattr(record, 'rule_name', 'a group of jobs')} has failed")
        for log in getattr(record, "log", None) or []:
            path = Path(str(log).split(" (", maxsplit=1)[0])
            if path.is_file():
                lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
                self._say(
                    "\n".join([*(f"    {line}" for line in lines[-LAST:]), f"    all: {path}"])
                )

    def _far(self) -> str:
        """Say how far the run is, and how long the rest takes if its jobs are like those before."""
        done, total = self.done.total(), max(self.total.total(), self.done.total())
        share = f"{done} of {total} jobs ({100 * done // max(total, 1)}%)"
        if done < ENOUGH or done == total:
            return f"{share}, {duration(time.monotonic() - self.start)} so far"
        return f"{share}, about {duration(self._left())} left"

    def _left(self) -> float:
        """Estimate the time that is left (s): a job costs as those of its rule, or as all did."""
        mean = self.spent.total() / self.done.total()
        costs = {rule: self.spent[rule] / self.done[rule] for rule in self.done}
        left = {rule: max(0, self.total[rule] - self.done[rule]) for rule in self.total}
        work = sum(count * costs.get(rule, mean) for rule, count in left.items())
        at_once = self.spent.total() / max(time.monotonic() - self.start, 1e-9)
        return work / max(at_once, 1e-9)

    def _show(self) -> None:
        """Renew the last line of a terminal: what runs now."""
        if self.stream.isatty():
            now = Counter(rule for rule, _ in self.running.values())
            names = ", ".join(f"{rule} {self.done[rule] + 1}/{self.total[rule]}" for rule in now)
            self.stream.write(f"\r\x1b[K{names or 'waiting'}; {self._far()}"[:200])
            self.stream.flush()

    def _say(self, text: str) -> None:
        clear = "\r\x1b[K" if self.stream.isatty() else ""
        print(f"{clear}{time.strftime('%H:%M')} {text}", file=self.stream, flush=True)
        self._show()


def duration(seconds: float) -> str:
    """Write a time as people say it: `40 s`, `12 min`, `3 h 5 min`."""
    if seconds < 90:
        return f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 90 else f"{minutes // 60} h {minutes % 60} min"
