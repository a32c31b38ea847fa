"""CIFs: every block is a structure, a bad one is a row, and atoms are counted first."""

import time
from pathlib import Path

from pymatgen.core import Lattice, Structure

from builders.local import COLUMNS, CRYSTALS, PROPERTIES, reasons_of, write_cifs
from ccdcgan.data.sources.local import read_local


def test_bad_structures_are_rows_and_the_others_go_on(tmp_path: Path) -> None:
    folder = write_cifs(tmp_path)
    (folder / "torn.cif").write_text((folder / "salt.cif").read_text()[:150])
    shared = Structure(Lattice.cubic(3), [{"Na": 0.5, "K": 0.5}], [[0, 0, 0]])
    shared.to(str(folder / "shared.cif"))
    with (folder / "properties.csv").open("a") as file:
        file.write("ghost,1.0,0.0\n")
    table = read_local(str(folder), PROPERTIES, COLUMNS, "PBE").set_index("id")
    reasons = table["dropped"].str.split(":").str[0].to_dict()
    assert reasons == {
        "salt": "",
        "skew": "",
        "torn": "unreadable CIF",
        "shared": "partial occupancy",
        "ghost": "no structure",
    }


def test_ten_thousand_atoms_take_no_time(tmp_path: Path) -> None:
    """As atoms of a CIF they took 44 s before they were dropped."""
    sites = "\n".join(f"Na{n} Na {n / 1e4} 0 0 1" for n in range(10_000))
    header = "data_x\n" + "".join(f"_cell_length_{one} 90\n" for one in "abc")
    header += "".join(f"_cell_angle_{one} 90\n" for one in ("alpha", "beta", "gamma"))
    names = ("label", "type_symbol", "fract_x", "fract_y", "fract_z", "occupancy")
    header += "loop_\n" + "".join(f"_atom_site_{name}\n" for name in names)
    (tmp_path / "a.cif").write_text(f"{header}{sites}\n")
    start = time.process_time()
    (reason,) = reasons_of(tmp_path)
    assert reason.startswith("too large: 10000 atoms")
    assert time.process_time() - start < 10


def test_a_cif_of_too_many_operations_is_a_row(tmp_path: Path) -> None:
    CRYSTALS["salt"].to(str(tmp_path / "a.cif"))
    text = (tmp_path / "a.cif").read_text().replace("'x, y, z'", "'x, y, z'\n 2 'x, y, z'" * 300)
    (tmp_path / "a.cif").write_text(text)
    assert "symmetry operations, of at most 192" in reasons_of(tmp_path)[0]


def test_every_block_of_a_cif_is_a_structure(tmp_path: Path) -> None:
    texts = []
    for name, crystal in CRYSTALS.items():
        crystal.to(str(tmp_path / f"{name}.cif"))
        texts.append((tmp_path / f"{name}.cif").read_text())
        (tmp_path / f"{name}.cif").unlink()
    general = "data_global\n_journal_year 2026\n"
    torn = "data_torn\n_cell_length_a 3\nloop_\n_atom_site_label\nNa\n"
    (tmp_path / "both.cif").write_text("\n".join([general, texts[0], torn, texts[1]]))
    (tmp_path / "one.cif").write_text(general + texts[0])
    (tmp_path / "values.csv").write_text("id,band_gap\nboth-2,1.5\none,2.5\n")
    table = read_local(str(tmp_path), PROPERTIES, {}, "PBE").set_index("id")
    assert table.index.tolist() == ["both-0", "both-1", "both-2", "one"]
    assert table["formula"].fillna("").tolist() == ["NaCl", "", "FeO2", "NaCl"]
    assert table.loc["both-1", "dropped"].startswith("unreadable CIF")
    assert table["band_gap"].fillna(0).tolist() == [0, 0, 1.5, 2.5]
