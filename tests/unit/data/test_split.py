"""The split is fair, repeatable and without an empty part."""

import math
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest

from builders.sources import SPLIT
from ccdcgan.core.errors import InputError
from ccdcgan.data.split import assign_split


def test_split_is_the_same_in_another_process():
    code = (
        "import sys; sys.path.insert(0, 'workflow_scripts'); import pandas as pd;"
        "from ccdcgan.data.split import assign_split;"
        "keys = pd.Series([str(n) for n in range(99)]);"
        f"print(''.join(part[1] for part in assign_split(keys, {SPLIT}, 3)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    here = assign_split(pd.Series([str(n) for n in range(99)]), SPLIT, 3)
    assert done.stdout.strip() == "".join(part[1] for part in here)


def test_split_has_the_fractions_and_ignores_other_structures():
    names = pd.Series([f"p{n}" for n in range(3000)])
    parts = assign_split(names, SPLIT, seed=5)
    shares = parts.value_counts(normalize=True)
    for name, share in SPLIT.items():
        assert math.isclose(shares[name], share, abs_tol=4 * np.sqrt(share * (1 - share) / 3000))
    assert assign_split(names[:1000], SPLIT, seed=5).equals(parts[:1000])
    assert not assign_split(names, SPLIT, seed=6).equals(parts)


def test_split_of_few_leaves_no_part_empty():
    for seed in range(20):
        parts = assign_split(pd.Series(["a", "b", "c"]), SPLIT, seed)
        assert set(parts) == {"train", "validation", "test"}
    with pytest.raises(InputError, match="2 groups of structures cannot be split"):
        assign_split(pd.Series(["a", "b", "a"]), SPLIT, 0)
