"""What two arms of an augmentation experiment found."""

import pandas as pd


def hits(**graphs: list[int]) -> pd.DataFrame:
    rows = [(f"ccdcgan-{n - 1:06d}", n, name) for name, numbers in graphs.items() for n in numbers]
    return pd.DataFrame(rows, columns=["id", "graph", "matches"])


FOUND = {
    "without": {1: hits(b2=[80, 90], nearly=[50]), 2: hits(nearly=[50])},
    "with": {1: hits(b2=[10], l12=[40]), 2: hits(b2=[30, 31, 32])},
}
