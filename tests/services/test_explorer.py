"""The explorer in a real browser: Chromium, driven by Playwright."""

import csv
import io
import os
import shutil
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Browser, Page, sync_playwright
from pymatgen.core import Structure

from builders.explorer import HOSTILE, run_of
from ccdcgan.crystals.table import to_structure
from ccdcgan.report.explorer import explorer_data, explorer_page

pytestmark = pytest.mark.browser
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("chrome")
# Drawn without a graphics card; root, as in a container, has no sandbox.
FLAGS = ["--use-angle=swiftshader", "--enable-unsafe-swiftshader"]
DESKTOP, PHONE = {"width": 1440, "height": 1000}, {"width": 390, "height": 844}
GRAPHS = 60
RUN = run_of(GRAPHS)
RUN["summaries"]["dcgan"].loc[1, ["formula", "prototype", "dropped"]] = HOSTILE
RUN["summaries"]["dcgan"].loc[2, "prototype"] = "=1+1"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if CHROMIUM is None:
        pytest.skip("needs chromium: apt-get install chromium")
    flags = [*FLAGS, *(["--no-sandbox"] if os.getuid() == 0 else [])]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=flags)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("explorer") / "explorer.html"
    path.write_text(explorer_page(explorer_data(**RUN)), encoding="utf-8")
    return path


@pytest.fixture
def size() -> dict[str, int]:
    return DESKTOP


@pytest.fixture
def page(browser: Browser, file: Path, size: dict[str, int]) -> Iterator[Page]:
    """The page, opened; whatever the browser complains of, or would load, fails the test."""
    context = browser.new_context(viewport=size, accept_downloads=True)
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(file.as_uri())
    page.wait_for_selector("html[data-ready=all]", timeout=120_000)
    yield page
    assert page.evaluate("window.hacked") is None
    context.close()
    assert [text for text in complaints if "GPU stall" not in text] == []
    assert [url for url in asked if not url.startswith(("file:", "blob:", "data:"))] == []


def cells(page: Page, column: int) -> list[str]:
    """What stands in a column of the rows that are drawn."""
    return page.locator(f"#body tr:not(.space) td:nth-child({column})").all_inner_texts()


def counted(page: Page) -> int:
    return int(page.locator("#count").inner_text().split()[0].replace(",", ""))


def heading(page: Page, title: str) -> Any:
    return page.locator("#head button", has_text=title)


def downloaded(page: Page, button: str) -> tuple[str, bytes]:
    with page.expect_download() as download:
        page.click(button)
    return download.value.suggested_filename, Path(download.value.path()).read_bytes()


def test_rows_are_sorted_by_a_heading_and_back(page: Page) -> None:
    energies = [float(cell.replace("−", "-")) for cell in cells(page, 7) if cell != "–"]
    assert len(energies) > 5 and energies == sorted(energies)
    heading(page, "E above hull").click()
    back = [float(cell.replace("−", "-")) for cell in cells(page, 7) if cell != "–"]
    assert back == sorted(back, reverse=True) and back[0] == max(back) > energies[-1] - 1e-9
    assert cells(page, 7)[-1] == "–"  # those without an energy come last both ways
    heading(page, "Id").click()
    ids = cells(page, 10)
    assert ids == sorted(ids)
    assert page.locator("#head th[aria-sort=ascending]").inner_text().startswith("Id")


def test_filters_leave_what_is_asked_for(page: Page) -> None:
    assert counted(page) == 2 * GRAPHS  # the competing phases are no part of "all generated"
    page.select_option("[name=variant]", "dcgan")
    assert counted(page) == GRAPHS and set(cells(page, 2)) == {"dcgan"}
    page.select_option("[name=reached]", "relaxed")
    rows = RUN["summaries"]["dcgan"]
    far = rows[rows["reached"].isin(["relaxed", "stable"])]
    assert counted(page) == len(far)
    page.fill("[name=above]", "0.1")
    assert counted(page) == (far["e_above_known_hull"] <= 0.1).sum()
    page.click("#filters button[type=reset]")
    page.locator("#count", has_text=str(2 * GRAPHS)).wait_for()
    page.fill("[name=group]", "200-230")
    groups = [int(cell.split("(")[1].rstrip(")")) for cell in cells(page, 4)]
    assert groups and all(200 <= number <= 230 for number in groups)
    page.fill("[name=group]", "")
    page.select_option("[name=variant]", "all")
    page.fill("[name=elements]", "Mn −Se")
    assert cells(page, 1) == ["Mn"]
    page.fill("[name=elements]", "Se")
    page.check("[name=only]")
    assert cells(page, 1) == ["Se"]


def test_a_choice_shows_the_crystal_before_and_after(page: Page) -> None:
    page.fill("[name=search]", "ccdcgan-000011")
    page.click("#body tr:not(.space)")
    row = RUN["summaries"]["ccdcgan"].set_index("id").loc["ccdcgan-000011"]
    assert page.locator("#chosen-title small").inner_text() == "ccdcgan-000011"
    before, after = page.locator("#change tbody tr:nth-child(2) td").all_inner_texts()
    assert before == f"{row['formation_energy_before']:.3f}".replace("-", "−")
    assert after == f"{row['formation_energy_after']:.3f}".replace("-", "−")
    assert page.locator("[name=state][value=relaxed]").is_checked()
    relaxed = page.locator("#viewer canvas").screenshot()
    page.keyboard.press("Escape")
    page.focus("#viewer")
    for _ in range(4):
        page.keyboard.press("ArrowLeft")
    assert page.locator("#viewer canvas").screenshot() != relaxed  # it has turned
    page.fill("[name=search]", "ccdcgan-000007")
    page.click("#body tr:not(.space)")
    assert "This graph gave no crystal" in page.locator("#viewer-note").inner_text()
    assert page.locator("#save-cif").is_disabled()


def test_files_of_the_chosen_crystal_come_back(page: Page) -> None:
    page.fill("[name=search]", "ccdcgan-000031")
    page.click("#body tr:not(.space)")
    table = RUN["relaxed"].table.set_index("id")
    expected = to_structure(table.loc["ccdcgan-000031"])
    for button, name, form in (
        ("#save-cif", "ccdcgan-000031-relaxed.cif", "cif"),
        ("#save-poscar", "ccdcgan-000031-relaxed.vasp", "poscar"),
    ):
        told, content = downloaded(page, button)
        assert told == name
        found = Structure.from_str(content.decode(), fmt=form)
        assert found.composition == expected.composition
        np.testing.assert_allclose(found.lattice.abc, expected.lattice.abc, atol=1e-4)
        np.testing.assert_allclose(
            found.get_sorted_structure().frac_coords,
            expected.get_sorted_structure().frac_coords,
            atol=1e-5,
        )


def test_a_selection_is_downloaded_with_its_table(page: Page) -> None:
    page.select_option("[name=reached]", "relaxed")
    wanted = counted(page)
    name, content = downloaded(page, "#save-zip")
    assert name == "crystals.zip"
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        names = archive.namelist()
        rows = list(csv.DictReader(io.StringIO(archive.read("crystals.csv").decode())))
        first = rows[0]["id"]
        text = archive.read(f"relaxed/{first}.cif").decode()
    assert len(rows) == wanted and len(names) == 1 + 4 * wanted  # two crystals in two formats
    assert Structure.from_str(text, fmt="cif").composition.reduced_formula == rows[0]["formula"]
    page.select_option("[name=reached]", "all")
    page.select_option("[name=variant]", "dcgan")
    _, content = downloaded(page, "#save-csv")
    rows = {row["id"]: row for row in csv.DictReader(io.StringIO(content.decode()))}
    assert len(rows) == GRAPHS
    assert rows["dcgan-000001"]["formula"] == HOSTILE
    assert rows["dcgan-000002"]["prototype"] == "'=1+1"  # no formula of a spreadsheet


def test_a_point_of_the_hull_is_the_crystal(page: Page) -> None:
    hull = RUN["hulls"]["Mn-Se"]
    shown = page.locator("#plot g.point")
    assert 3 < shown.count() <= len(hull)
    point = page.locator("#plot g.point[aria-label^='MnSe, '][aria-label*=', known,']")
    point.click()
    assert page.locator("#chosen-title small").inner_text() == "MnSe-1"
    assert page.locator("#ring").get_attribute("visibility") == "visible"
    page.focus("#plot")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    assert page.locator("#chosen-title small").inner_text() != "MnSe-1"


def test_texts_of_the_data_are_shown_as_they_are(page: Page) -> None:
    page.fill("[name=search]", "</script>")
    page.click("#body tr:not(.space)")
    assert page.locator("#chosen-title small").inner_text() == "dcgan-000001"
    assert HOSTILE in page.locator("#facts").inner_text()
    assert page.locator("#finder img, #chosen img, #fates img").count() == 0


def test_every_graph_has_a_fate_and_a_number_shows_them(page: Page) -> None:
    numbers = page.locator("#funnels > div:first-child table:first-of-type button")
    counts = [int(text) for text in numbers.all_inner_texts()]
    rows = RUN["summaries"]["dcgan"]
    valid = int((rows["reached"] != "graph").sum())
    far = int(rows["reached"].isin(["relaxed", "stable"]).sum())
    stable = int((rows["reached"] == "stable").sum())
    assert counts == [GRAPHS, valid, valid, valid, far, stable]
    reason = page.locator("#funnels > div:first-child").get_by_role("row", name="atoms too close")
    reason.get_by_role("button").click()
    page.locator("#count", has_text=f"{GRAPHS - valid} of").wait_for()
    assert set(cells(page, 9)) == {"graph"}


def test_the_keyboard_alone_reaches_everything(page: Page) -> None:
    reached = []
    page.focus("nav a")
    for _ in range(60):
        page.keyboard.press("Tab")
        reached.append(page.evaluate("document.activeElement.id || document.activeElement.name"))
    for name in ("search", "reached", "save-zip", "scroll", "viewer", "save-cif", "plot"):
        assert name in reached, name
    page.focus("#scroll")
    page.keyboard.press("Home")
    first = page.locator("#chosen-title small").inner_text()
    page.keyboard.press("End")
    assert page.locator("#chosen-title small").inner_text() != first
    assert page.locator("#body tr[aria-selected=true]").is_visible()
    page.keyboard.press("Home")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowUp")
    assert page.locator("#chosen-title small").inner_text() == first


@pytest.mark.parametrize("size", [PHONE])
def test_a_phone_shows_it_without_scrolling_sideways(page: Page) -> None:
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    assert page.locator("#head th:visible").count() == 3
    page.locator("#body tr:not(.space)").nth(2).click()
    for part in ("#viewer", "#plot svg", "#funnels"):
        assert page.locator(part).bounding_box()["width"] <= PHONE["width"]


def test_only_the_rows_that_are_seen_are_drawn(browser: Browser, tmp_path: Path) -> None:
    run = run_of(1000)
    (tmp_path / "many.html").write_text(explorer_page(explorer_data(**run)), encoding="utf-8")
    page = browser.new_page(viewport=DESKTOP)
    page.goto((tmp_path / "many.html").as_uri())
    page.wait_for_selector("html[data-ready=all]", timeout=120_000)
    assert counted(page) == 2000
    assert page.locator("#body tr").count() < 60
    page.evaluate("document.getElementById('scroll').scrollTop = 1e7")
    last = page.locator("#body tr:not(.space)").last
    page.locator("#body tr[aria-rowindex='2001']").wait_for()
    assert last.get_attribute("aria-rowindex") == "2001"
    assert page.locator("#body tr").count() < 60
    page.close()


def test_without_webgl_all_else_is_shown(browser: Browser, file: Path) -> None:
    page = browser.new_page(viewport=DESKTOP)
    page.add_init_script(
        "HTMLCanvasElement.prototype.getContext = () => null; window.OffscreenCanvas = undefined"
    )
    page.goto(file.as_uri())
    page.wait_for_selector("html[data-ready=all]", timeout=120_000)
    assert "This browser shows no 3D" in page.locator("#viewer-note").inner_text()
    assert page.locator("#change td").count() == 10 and page.locator("#plot g.point").count() > 3
    page.close()
