"""Energies of known phases as they stand, from a table or computed."""

import pandas as pd

from builders.phases import DATA, L12
from ccdcgan.crystals.compact import pack, write_compact
from ccdcgan.crystals.potential import package_of
from ccdcgan.crystals.table import Crystals
from ccdcgan.stability.known_phases import read_table_of_known
from ccdcgan.stability.phase_energies import static_energies


def test_static_energies_are_taken_from_a_table_of_the_same_potential(tmp_path) -> None:
    path = tmp_path / "known.parquet"
    rows = pd.DataFrame([{"id": "mp-1", **pack(L12), "energy_per_atom": -1.25}])
    version = package_of("ase.calculators.emt:EMT")
    write_compact(path, rows, {"potential": "emt", "version": version})
    crystals = Crystals.join([read_table_of_known(path), DATA.take(["brass"])])
    given = (crystals, path, lambda structure: 7.0, "emt")
    assert static_energies(*given, version).tolist() == [-1.25, 7.0]
    # Energies of another version, or of another potential, are computed.
    assert static_energies(*given, "ase 0").tolist() == [7.0, 7.0]
    assert static_energies(*given[:3], "chgnet", version).tolist() == [7.0, 7.0]
    assert static_energies(crystals, None, given[2], "emt", version).tolist() == [7.0, 7.0]
