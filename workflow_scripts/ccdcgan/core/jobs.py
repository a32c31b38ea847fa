"""What every workflow script does around its one call into the library."""

import logging
import os
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from ccdcgan.core.errors import InputError

logger = logging.getLogger("ccdcgan")
# Of the Materials Project; it stays in its variable.
KEY = "MP_API_KEY"
KEY_LENGTH = 32


@contextmanager
def job(snakemake: Any) -> Iterator[Any]:
    """Run the body of a script: log to its `log:` file and the console, report errors.

    The number of threads of the rule is exported before any numerical library is loaded, so a
    script imports those inside the block. An `InputError` or `OSError` (a full disk, a missing
    file) ends the job with one line; anything else with its traceback. Exit status 1 in both. No
    line holds the key of the Materials Project.
    """
    handlers: list[logging.Handler] = [logging.StreamHandler(sys.stderr)]
    if snakemake.log:
        handlers.append(logging.FileHandler(snakemake.log[0], mode="w", encoding="utf-8"))
    for handler in handlers:
        handler.setFormatter(KeylessFormatter("%(asctime)s %(levelname)s %(message)s"))
    logging.basicConfig(level=logging.INFO, handlers=handlers)
    # It warns of every network that is built after a few others.
    logging.getLogger("tensorflow").setLevel(logging.ERROR)
    threads = str(snakemake.threads)
    os.environ["OMP_NUM_THREADS"] = threads
    os.environ["TF_NUM_INTRAOP_THREADS"] = threads
    os.environ["TF_NUM_INTEROP_THREADS"] = "1"
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    os.environ.setdefault("KERAS_BACKEND", snakemake.config["hardware"]["backend"])
    try:
        yield snakemake
    except (InputError, OSError) as error:
        logger.error("%s: %s", snakemake.rule, " ".join(str(error).split()))
        sys.exit(1)
    except Exception:
        logger.error("%s failed\n%s", snakemake.rule, traceback.format_exc())
        sys.exit(1)


def without_key(text: str) -> str:
    """A text in which the name of the variable stands in place of the key."""
    key = os.environ.get(KEY, "")
    return text.replace(key, f"<{KEY}>") if len(key) == KEY_LENGTH else text


def environment_without_key() -> dict[str, str]:
    """The environment for programs that are started here."""
    return {name: value for name, value in os.environ.items() if name != KEY}


class KeylessFormatter(logging.Formatter):
    """Lines of a log, tracebacks included, without the key."""

    def format(self, record: logging.LogRecord) -> str:
        return without_key(super().format(record))
