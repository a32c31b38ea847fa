"""Write what docs/ARCHITECTURE.md says of the code from the code itself, and draw the data flow.

`python docs/tools/architecture.py` renews docs/dataflow.svg and the tables between the marks in
docs/ARCHITECTURE.md; with `--check` it writes nothing and fails where they are out of date.
"""

import argparse
import ast
import sys
from collections import defaultdict
from collections.abc import Sequence
from html import escape
from pathlib import Path

from flow import PACKAGE, ROOT, Rule, Workflow
from walk import counts

PAGE = "docs/ARCHITECTURE.md"
DRAWING = "docs/dataflow.svg"
COLUMNS = ("rule, script", "modules", "networks", "figures", "tests")
# -- tables -----------------------------------------------------------------------------------


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _codes(names: list[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def rules_tables(flow: Workflow) -> str:
    """A table a stage: rule, script, library modules, networks, figures, tests."""
    parts = [
        f"Scripts stand in `workflow_scripts/`, modules in `workflow_scripts/{PACKAGE}/`, figures "
        "in `results/` or the stage's folder there; tests of modules in `tests/unit/`, those that "
        "name the rule in the folder that is given. Not repeated in each row is what many "
        f"scripts import: {_codes(flow.shared)}."
    ]
    for stage in flow.stages:
        reads = sorted({source for source, target in flow.edges if target == stage})
        says = f" Reads files of {', '.join(reads)}." if reads else ""
        parts.append(f"\n### {stage}\n\n`rules/{stage}.smk`.{says}\n")
        rows = [_rule_row(flow, rule) for rule in flow.rules.values() if rule.stage == stage]
        filled = [name for name in COLUMNS if any(row[name] for row in rows)]
        parts.append(_row(filled))
        parts.append(_row(["---"] * len(filled)))
        parts += [_row([row[name] for name in filled]) for row in rows]
    return "\n".join(parts)


def _rule_row(flow: Workflow, rule: Rule) -> dict[str, str]:
    """The cells of a rule by column; columns that are empty for a whole stage are left out."""
    script = flow.script(rule)
    modules = [name for name in flow.modules(script) if name not in flow.shared]
    cells = [
        f"`{rule.name}`<br>`{script}`<br>{rule.summary or f'As `{rule.base}`, of other files.'}",
        _codes(modules),
        flow.networks(rule),
        _codes(flow.figures(rule)),
        _codes(flow.tests_of(rule)),
    ]
    return dict(zip(COLUMNS, cells, strict=True))


def folders_table(flow: Workflow) -> str:
    """The library's folders, bottom to top: what each is for and its modules."""
    rows = [_row(["folder", "holds", "modules"]), _row(["---"] * 3)]
    for folder in flow.folders:
        place = flow.root / "workflow_scripts" / PACKAGE / folder
        holds = (
            ast.get_docstring(ast.parse((place / "__init__.py").read_text(encoding="utf-8"))) or ""
        )
        modules = sorted(
            str(path.relative_to(place).with_suffix("")).replace("/", ".")
            for path in place.rglob("*.py")
            if path.name != "__init__.py"
        )
        rows.append(
            _row([f"`{folder}`", holds.split("\n\n")[0].replace("\n", " "), _codes(modules)])
        )
    return "\n".join(rows)


def filled(page: str, flow: Workflow) -> str:
    """The page with its generated parts renewed; raises `ValueError` where a mark is missing."""
    texts = {"folders": folders_table(flow), "walk": counts(flow), "rules": rules_tables(flow)}
    for name, text in texts.items():
        start, end = f"<!-- {name}: begin -->", f"<!-- {name}: end -->"
        if start not in page or end not in page:
            raise ValueError(f"{PAGE}: the marks {start} and {end} are missing")
        before, _, rest = page.partition(start)
        page = f"{before}{start}\n\n{text}\n\n{end}{rest.partition(end)[2]}"
    return page


# -- drawing ----------------------------------------------------------------------------------

COLOURS = {
    "data": ("#e8f0fa", "#35618f"),
    "learning": ("#f3ecf8", "#7a4a9c"),
    "generation": ("#fdf1e3", "#b3661a"),
    "judging": ("#e9f5ec", "#2f7d4a"),
}
# Where a stage stands (column and row), to which group it belongs, and what it makes.
SPINE = 1
PLACES: dict[str, tuple[float, int, str, str]] = {
    "sources": (0.5, 0, "data", "databases and files"),
    "prototypes": (1.5, 0, "data", "AFLOW, decorated, relaxed"),
    "pretrained": (3, 0, "learning", "networks of the manifest"),
    "data": (1, 1, "data", "structures.parquet"),
    "known_phases": (2.5, 1, "data", "their table, to be shipped"),
    "references": (0, 2, "data", "competing phases, elements"),
    "voxels": (1, 2, "learning", "images of sites, lattices"),
    "autoencoder": (1, 3, "learning", "image ↔ latent vector"),
    "graphs": (1, 4, "learning", "160×160 crystal graphs"),
    "constraint": (1, 5, "learning", "crystal → property"),
    "gan": (1, 6, "learning", "generator, discriminator"),
    "finetune": (0, 6, "learning", "a property of few"),
    "denoiser": (2, 6, "learning", "noise → places of atoms"),
    "templates": (4, 6, "learning", "training crystals by type"),
    "refiner": (3, 6, "learning", "exchanged → at rest"),
    "evaluate": (5, 6, "judging", "networks measured"),
    "export": (2, 7, "learning", "networks handed on"),
    "generate": (1, 7, "generation", "graphs, their crystals"),
    "baselines": (3, 7, "generation", "crystals, no network"),
    "csp": (4, 7, "judging", "compositions → structures"),
    "screen": (1, 8, "judging", "valid, unique, novel"),
    "relax": (1, 9, "judging", "relaxed by the potential"),
    "augmentation": (0, 9, "judging", "two arms compared"),
    "hull": (1, 10, "judging", "convex hulls, table 1"),
    "statistics": (2, 10, "judging", "crystals as sets"),
    "ablation": (3, 10, "judging", "arms told apart"),
    "judge_check": (3, 9, "judging", "hulls beside DFT's"),
    "benchmark": (0, 8, "judging", "for LeMat-GenBench"),
    "dft": (1, 11, "judging", "input decks, DFT hulls"),
    "summary": (2, 11, "judging", "a row a graph, CIFs"),
    "handover": (2, 12, "judging", "files for other tools"),
    "explorer": (3, 12, "judging", "a page to look at"),
    "report": (1, 12, "judging", "figures and pages"),
}
WIDTH, HEIGHT = 190, 50
STEP, LINE = 226, 84
MARGIN, ROUND = 20, 12


def reduced(edges: set[tuple[str, str]]) -> set[tuple[str, str]]:
    """The edges without those that a longer way replaces."""
    after = defaultdict(set)
    for source, target in edges:
        after[source].add(target)

    def reached(source: str) -> set[str]:
        found: set[str] = set()
        queue = list(after[source])
        while queue:
            stage = queue.pop()
            if stage not in found:
                found.add(stage)
                queue += after[stage]
        return found

    return {
        (source, target)
        for source, target in edges
        if not any(target in reached(middle) for middle in after[source] - {target})
    }


def drawing(flow: Workflow) -> str:
    """The data flow between the stages as SVG; raises `ValueError` for a stage without a place."""
    homeless = sorted(set(flow.stages) ^ set(PLACES))
    if homeless:
        raise ValueError(f"docs/tools/architecture.py: PLACES and stages differ: {homeless}")
    columns = max(place[0] for place in PLACES.values())
    lines = max(place[1] for place in PLACES.values())
    width = 2 * MARGIN + columns * STEP + WIDTH
    height = 2 * MARGIN + lines * LINE + HEIGHT
    shown = reduced({(a, b) for a, b in flow.edges if PLACES[a][1] < PLACES[b][1]})
    body = [_arrow(edge, shown) for edge in sorted(shown)]
    body += [_box(stage) for stage in flow.stages]
    body += _legend(width)
    style = (
        "text{font-family:Helvetica,Arial,sans-serif;fill:#1b1f24}"
        ".n{font-size:16px;font-weight:bold}.m{font-size:12.5px}.a{fill:none;stroke:#7d8590;"
        "stroke-width:1.6}"
    )
    marker = (
        '<marker id="h" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" '
        'orient="auto-start-reverse"><path d="M0 0 8 4 0 8z" fill="#7d8590"/></marker>'
    )
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height:g}" '
            f'width="{width:g}" height="{height:g}" role="img" aria-label="Data flow">',
            f"<defs><style>{style}</style>{marker}</defs>",
            f'<rect width="{width:g}" height="{height:g}" rx="10" fill="#ffffff"/>',
            *body,
            "</svg>\n",
        ]
    )


def _corner(stage: str) -> tuple[float, float]:
    column, line, *_ = PLACES[stage]
    return MARGIN + column * STEP, MARGIN + line * LINE


def _box(stage: str) -> str:
    x, y = _corner(stage)
    _, _, group, makes = PLACES[stage]
    fill, stroke = COLOURS[group]
    middle = x + WIDTH / 2
    return (
        f'<rect x="{x:g}" y="{y:g}" width="{WIDTH}" height="{HEIGHT}" rx="7" fill="{fill}" '
        f'stroke="{stroke}" stroke-width="1.5"/>'
        f'<text class="n" x="{middle:g}" y="{y + 21:g}" text-anchor="middle">{stage}</text>'
        f'<text class="m" x="{middle:g}" y="{y + 39:g}" text-anchor="middle">{escape(makes)}</text>'
    )


def _port(stage: str, other: str, others: list[str]) -> float:
    """Where along its side an arrow meets a box: a place for each, in the order of their ends."""
    others = sorted(others, key=lambda name: (PLACES[name][0], PLACES[name][1]))
    return _corner(stage)[0] + WIDTH * (others.index(other) + 1) / (len(others) + 1)


def _is_short(source: str, target: str) -> bool:
    (left, top, *_), (right, bottom, *_) = PLACES[source], PLACES[target]
    return left == right or (abs(left - right) <= 1 and bottom - top == 1)


def _turns_last(source: str, target: str) -> bool:
    """Whether a long arrow goes down before it goes across: toward the spine it does."""
    return abs(PLACES[target][0] - SPINE) < abs(PLACES[source][0] - SPINE)


def _arrow(edge: tuple[str, str], edges: set[tuple[str, str]]) -> str:
    source, target = edge
    leaving = [b for a, b in edges if a == source and _is_short(a, b)]
    arriving = [a for a, b in edges if b == target and (_is_short(a, b) or not _turns_last(a, b))]
    (left, top), (right, bottom) = _corner(source), _corner(target)
    side = 1 if right > left else -1
    if _is_short(source, target):
        end = _port(target, source, arriving)
        start = end if left == right else _port(source, target, leaving)
        top, bottom = top + HEIGHT, bottom - 1
        bend = (bottom - top) / 2
        way = (
            f"M{start:g} {top:g}C{start:g} {top + bend:g} "
            f"{end:g} {bottom - bend:g} {end:g} {bottom:g}"
        )
    elif _turns_last(source, target):
        start, end = left + WIDTH * (0.5 + 0.42 * side), right + WIDTH * (side < 0) - side
        bottom += HEIGHT / 2
        way = (
            f"M{start:g} {top + HEIGHT:g}V{bottom - ROUND:g}"
            f"Q{start:g} {bottom:g} {start + side * ROUND:g} {bottom:g}H{end:g}"
        )
    else:
        start, end = left + WIDTH * (side > 0), _port(target, source, arriving)
        top += HEIGHT / 2
        way = (
            f"M{start:g} {top:g}H{end - side * ROUND:g}"
            f"Q{end:g} {top:g} {end:g} {top + ROUND:g}V{bottom - 1:g}"
        )
    return f'<path class="a" marker-end="url(#h)" d="{way}"/>'


def _legend(width: float) -> list[str]:
    x, parts = width - MARGIN - WIDTH, []
    for number, (group, (fill, stroke)) in enumerate(COLOURS.items()):
        y = MARGIN + LINE * 11 + 24 * number
        parts.append(
            f'<rect x="{x:g}" y="{y:g}" width="16" height="16" rx="3" fill="{fill}" '
            f'stroke="{stroke}"/><text class="m" x="{x + 24:g}" y="{y + 12.5:g}">{group}</text>'
        )
    return parts


def outdated(root: Path) -> dict[str, str]:
    """The files whose generated parts differ from the code, with what they should hold."""
    flow = Workflow(root)
    wanted = {PAGE: filled((root / PAGE).read_text(encoding="utf-8"), flow), DRAWING: drawing(flow)}
    return {
        name: text
        for name, text in wanted.items()
        if not (root / name).is_file() or (root / name).read_text(encoding="utf-8") != text
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--check", action="store_true", help="write nothing; fail if out of date")
    check = parser.parse_args().check
    changed = outdated(ROOT)
    if check and changed:
        sys.exit(f"out of date, run `python docs/tools/architecture.py`: {', '.join(changed)}")
    for name, text in changed.items():
        (ROOT / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
