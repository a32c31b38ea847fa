"""The report's candidates: their pictures, the page that lists them, their CIFs."""

import base64
from collections.abc import Iterator, Mapping, Sequence
from html import escape
from os import PathLike
from pathlib import Path

import pandas as pd
from pymatgen.core import Structure
from pymatgen.util.string import htmlify, unicodeify_spacegroup

from ccdcgan.report.figures.crystals import Picture

CIFS = {"relaxed": "relaxed.cif", "as decoded": "generated.cif"}


def read_pictures(
    candidates: Mapping[str, pd.DataFrame], decks: Mapping[str, str | PathLike[str]]
) -> dict[str, list[Picture]]:
    """Read what to draw of the candidates of each system; decks: their folders by system."""
    return {
        system: [
            Picture(
                structure=Structure.from_file(Path(decks[system]) / row["id"] / "relaxed.cif"),
                formula=row["formula"],
                space_group=row["space_group"],
                e_above_known_hull=row["e_above_known_hull"],
                variant=row["variant"],
            )
            for row in table.to_dict("records")
        ]
        for system, table in candidates.items()
    }


def cifs(
    candidates: Mapping[str, pd.DataFrame], decks: Mapping[str, str | PathLike[str]]
) -> Iterator[tuple[str, str]]:
    """Yield the CIFs of all candidates as SYSTEM/ID-relaxed.cif and SYSTEM/ID-generated.cif."""
    for system, name, file in _cifs(candidates, decks):
        yield f"{system}/{name}-{file.name}", file.read_text(encoding="utf-8")


def candidates_page(
    candidates: Mapping[str, pd.DataFrame],
    decks: Mapping[str, str | PathLike[str]],
    *,
    potential: str,
) -> str:
    """Write a page of HTML that stands alone: a table a system, the CIFs inside the links.

    potential: name of the potential behind the energies.
    """
    files: dict[tuple[str, str], list[Path]] = {}
    for system, name, file in _cifs(candidates, decks):
        files.setdefault((system, name), []).append(file)
    sections = []
    for system, table in candidates.items():
        rows = [_row(row, files.get((system, row["id"]), [])) for row in table.to_dict("records")]
        if rows:
            head = "".join(f"<th>{title}</th>" for title in HEADINGS)
            body = f"<table><thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table>"
        else:
            body = "<p>No generated crystal of this system has an energy.</p>"
        sections.append(f"<h2>{escape(system)}</h2>{body}")
    return PAGE.format(potential=escape(potential), sections="\n".join(sections))


HEADINGS = (
    "",
    "Formula",
    "Space group",
    "Atoms",
    "<i>E</i><sub>f</sub><br>(eV/atom)",
    "<i>E</i> above hull<br>(eV/atom)",
    "Variant",
    "Crystal",
    "Relaxed into",
    "CIF",
)
PAGE = """\
<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>Candidates</title>
<style>
body {{ font: 15px/1.5 system-ui, sans-serif; color: #222; margin: 2em auto; max-width: 68em;
  padding: 0 1em }}
h1 {{ font-size: 1.4em }}
h2 {{ font-size: 1.1em; margin: 1.6em 0 .4em }}
table {{ border-collapse: collapse; width: 100% }}
th, td {{ padding: .35em .7em; text-align: left; border-bottom: 1px solid #ddd }}
th {{ font-weight: 600; color: #555; vertical-align: bottom }}
td.number {{ text-align: right; font-variant-numeric: tabular-nums }}
tbody tr:hover {{ background: #f4f7fb }}
td.id, td a {{ white-space: nowrap }}
a {{ color: #2166ac }}
</style>
</head>
<body>
<h1>Candidates</h1>
<p>The generated crystals with the lowest energy above the known hull, by the potential
{potential}. Those that relaxed into a known phase stand last. A link holds its CIF.</p>
{sections}
</body>
</html>
"""


def _cifs(
    candidates: Mapping[str, pd.DataFrame], decks: Mapping[str, str | PathLike[str]]
) -> list[tuple[str, str, Path]]:
    """List system, id and file of every CIF there is."""
    places = [
        (system, name, Path(decks[system]) / name / file)
        for system, table in candidates.items()
        for name in table["id"]
        for file in CIFS.values()
    ]
    return [place for place in places if place[2].is_file()]


def _row(row: Mapping[str, object], files: Sequence[Path]) -> str:
    links = " ".join(_link(str(row["id"]), file) for file in files)
    cells = [
        f'<td class="number">{row["rank"]}</td>',
        f"<td>{htmlify(str(row['formula']))}</td>",
        f"<td>{escape(unicodeify_spacegroup(str(row['space_group'])))}</td>",
        f'<td class="number">{row["num_sites"]}</td>',
        f'<td class="number">{row["formation_energy"]:.3f}</td>',
        f'<td class="number">{row["e_above_known_hull"]:.3f}</td>',
        f"<td>{escape(str(row['variant']))}</td>",
        f'<td class="id">{escape(str(row["id"]))}</td>',
        f"<td>{escape(str(row['matches'])) or '–'}</td>",
        f"<td>{links}</td>",
    ]
    return f"<tr>{''.join(cells)}</tr>"


def _link(name: str, file: Path) -> str:
    (label,) = (label for label, wanted in CIFS.items() if wanted == file.name)
    content = base64.b64encode(file.read_bytes()).decode()
    return (
        f'<a download="{escape(name)}-{file.name}" '
        f'href="data:chemical/x-cif;base64,{content}">{label}</a>'
    )
