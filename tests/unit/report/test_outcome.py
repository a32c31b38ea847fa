"""What came out, in counts that can be made by hand."""

import pandas as pd

from builders.explorer import point
from ccdcgan.report.outcome import outcome
from ccdcgan.report.summary import SUMMARY

FATES = [
    ("graph", "no atom", None, ""),
    ("valid", "equals dcgan-000002", None, ""),
    ("unique", "equals MnSe-1 of the data or the known phases", None, ""),
    ("novel", "not drawn for relaxation", None, ""),
    ("novel", "failed: NaN", None, ""),
    ("relaxed", "relaxed into MnSe-1", 0.0, "MnSe-1"),
    ("relaxed", "0.050 eV/atom above the known hull", 0.05, ""),
    ("relaxed", "0.300 eV/atom above the known hull", 0.3, ""),
    ("stable", "", -0.02, ""),
]


def summary(fates: list[tuple[str, str, float | None, str]]) -> pd.DataFrame:
    rows = [
        dict.fromkeys(SUMMARY, "")
        | {
            "id": f"dcgan-{number:06d}",
            "reached": reached,
            "dropped": dropped,
            "formula": f"Mn{number}Se",
            "chemical_system": "Mn-Se",
            "e_above_known_hull": above,
            "space_group_after": 225,
            "matches_after": match,
        }
        for number, (reached, dropped, above, match) in enumerate(fates)
    ]
    return pd.DataFrame(rows)


def test_every_count_stands_with_what_it_is_a_part_of() -> None:
    known = [point("MnSe-1", "known", "MnSe", -0.4, 0.0), point("Mn-1", "known", "Mn", 0.0, 0.0)]
    known.append(point("far", "known", "MnSe2", 0.4, 0.3) | {"found_by": "dcgan"})
    hulls = {"Mn-Se": pd.DataFrame(known).assign(found_by=["ccdcgan dcgan", "", "dcgan"])}
    said = outcome({"dcgan": summary(FATES)}, hulls, stable_below=0.0).set_index("what")["dcgan"]
    assert said.to_dict() == {
        "graphs": "9",
        "crystals": "8 of 9",
        "distinct crystals": "7 of 8",
        "in neither the data nor the known phases, as decoded": "6 of 7",
        "relaxed, of those that were tried": "4 of 5",
        "still new after relaxation": "3 of 4",
        "at most 0.1 eV/atom above the known hull": "2 of 3: 67% (21% to 94%)",
        "stable: at most 0 eV/atom above it": "1 of 3: 33% (6% to 79%)",
        "lowest new compounds (eV/atom above the known hull)": "Mn₈Se Fm3̅m −0.020; "
        "Mn₆Se Fm3̅m +0.050; Mn₇Se Fm3̅m +0.300",
        "known phases within 0.05 eV/atom of the hull, made again": "1 of 2",
    }


def test_a_run_without_a_hull_says_so() -> None:
    rows = summary([("relaxed", "no hull: no known phase of Mn alone", None, "")])
    hulls = {"Mn-Se": pd.DataFrame([point("a", "prototype", "Mn", 0.0, float("nan"))])}
    said = outcome({"dcgan": rows}, hulls, stable_below=0.0).set_index("what")["dcgan"]
    assert said["stable: at most 0 eV/atom above it"] == "none has an energy above a hull"
    assert said["lowest new compounds (eV/atom above the known hull)"] == "none"
    assert said.iloc[-1] == "there is none"
