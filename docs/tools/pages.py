"""MkDocs hook: pages of the site that stand elsewhere in the repository, or are made from it.

README.md becomes the first page, CONTRIBUTING.md and CHANGELOG.md join the pages, KEYS.md comes
from config.yaml and its schema, and each folder of the library gets a page of its docstrings. Links
between them are written for the repository, where GitHub shows them, and are turned here.
"""

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "docs" / "tools"))
from flow import PACKAGE, Workflow  # noqa: E402
from keys import keys_page  # noqa: E402

ELSEWHERE = {
    "index.md": "README.md",
    "CONTRIBUTING.md": "CONTRIBUTING.md",
    "CHANGELOG.md": "CHANGELOG.md",
}
LINK = re.compile(r"\[([^\[\]]*)\]\((?!https?:|#|mailto:)([^)\s#]+)(#[^)\s]*)?\)")


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """Fill the navigation's part `API`, a page a folder of the library."""
    for entry in config.nav or []:
        if "API" in entry:
            entry["API"] = [{name: f"api/{name}.md"} for name in Workflow(ROOT).folders]
    return config


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the pages, and what they link to in the repository."""
    pages = {
        name: (ROOT / source).read_text(encoding="utf-8") for name, source in ELSEWHERE.items()
    }
    pages["KEYS.md"] = keys_page(ROOT)
    pages |= {f"api/{folder}.md": api_page(folder) for folder in Workflow(ROOT).folders}
    for name, text in pages.items():
        files.append(File.generated(config, name, content=text))
    texts = [
        *pages.values(),
        *(
            (ROOT / "docs" / f.src_uri).read_text(encoding="utf-8")
            for f in files.documentation_pages()
            if f.src_uri not in pages
        ),
    ]
    for target in sorted({target for text in texts for target in linked_files(text)}):
        files.append(File.generated(config, target, content=(ROOT / target).read_bytes()))
    return files


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, **_: Any) -> str:
    """Turn the links of a page to where its targets stand, and name pages by their titles."""
    titles = dict(named_pages(config.nav or []))

    def turn(found: re.Match[str]) -> str:
        text, target, anchor = found[1], turned(found[2]), found[3] or ""
        named = text.removeprefix("docs/") == target and target in titles
        return f"[{titles[target] if named else text}]({target}{anchor})"

    return LINK.sub(turn, markdown)


def named_pages(nav: Any) -> Iterator[tuple[str, str]]:
    """The pages of the navigation with their titles."""
    for entry in nav:
        for title, value in entry.items():
            if isinstance(value, str):
                yield value, title
            else:
                yield from named_pages(value)


def turned(target: str) -> str:
    """Where a link of the repository leads on the site, where all pages stand in one folder."""
    path = target.removeprefix("../").removeprefix("docs/")
    return "index.md" if path == "README.md" else path


def linked_files(text: str) -> set[str]:
    """The repository's files, other than pages and pictures of the site, that a text links to."""
    found = {match[2].removeprefix("../") for match in LINK.finditer(text)}
    outside = {name for name in found if not name.startswith("docs/") and not name.endswith(".md")}
    return {name for name in outside if (ROOT / name).is_file()}


def api_page(folder: str) -> str:
    """A page of docstrings: the folder's own, then each of its modules."""
    place = ROOT / "workflow_scripts" / PACKAGE / folder
    holds = ast.get_docstring(ast.parse((place / "__init__.py").read_text(encoding="utf-8"))) or ""
    parts = [f"# {PACKAGE}.{folder}\n\n{holds}\n"]
    for path in sorted(place.rglob("*.py")):
        module = ".".join(path.relative_to(place).with_suffix("").parts)
        if path.name != "__init__.py":
            parts.append(
                f"## {module}\n\n::: {PACKAGE}.{folder}.{module}\n"
                "    options:\n      show_root_heading: false\n      show_root_toc_entry: false\n"
            )
    return "\n".join(parts)
