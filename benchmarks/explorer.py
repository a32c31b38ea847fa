"""Time that the explorer takes to open and to scroll in Chromium, with many crystals.

    python benchmarks/explorer.py [--graphs 10000]

The graphs are those of tests/builders/explorer.py: six in seven give a crystal, one in ten is
relaxed and a point of the hull. Prints the size of the page, the time until the table can be used
and until the first crystal is drawn (without a graphics card: by the processor), the longest and
the mean time from one frame to the next while the table is scrolled from its start to its end, and
the time of a filter and of a sort. On a busy machine look at the processor time instead, which is
that of the page's main thread until the first crystal is drawn.
"""

import argparse
import shutil
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "workflow_scripts"), str(ROOT / "tests")]

from playwright.sync_api import Page, sync_playwright

from builders.explorer import page_data
from ccdcgan.report.explorer import explorer_page

SCROLL = """async () => {
  const box = document.getElementById("scroll");
  const times = [];
  for (let step = 0; step <= 120; step += 1) {
    box.scrollTop = (box.scrollHeight * step) / 120;
    times.push(await new Promise(requestAnimationFrame));
  }
  return times.slice(1).map((time, n) => time - times[n]);
}"""


def seconds(page: Page, code: str) -> float:
    """Measure what a piece of JavaScript takes in the page (s)."""
    return (
        float(
            page.evaluate(
                f"() => {{ const t = performance.now(); {code}; "
                "document.body.offsetHeight; return performance.now() - t; }"
            )
        )
        / 1e3
    )


def main() -> None:
    """Open a page of so many graphs and print what it takes."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--graphs", type=int, default=10_000)
    graphs = parser.parse_args().graphs
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        sys.exit("benchmarks/explorer.py: needs chromium")
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        file = Path(folder) / "explorer.html"
        start = time.perf_counter()
        file.write_text(explorer_page(page_data(graphs // 2)), encoding="utf-8")
        print(f"written in {time.perf_counter() - start:.1f} s, {file.stat().st_size / 1e6:.1f} MB")
        flags = ["--use-angle=swiftshader", "--enable-unsafe-swiftshader", "--no-sandbox"]
        browser = playwright.chromium.launch(executable_path=chromium, args=flags)
        page = browser.new_page(viewport={"width": 1440, "height": 1000})
        session = page.context.new_cdp_session(page)
        session.send("Performance.enable")
        start = time.perf_counter()
        page.goto(file.as_uri(), wait_until="commit")
        page.wait_for_selector("html[data-ready]", state="attached", timeout=300_000)
        print(f"table after {time.perf_counter() - start:.2f} s")
        page.wait_for_selector("html[data-ready=all]", state="attached", timeout=300_000)
        print(f"crystal after {time.perf_counter() - start:.2f} s")
        metrics = {m["name"]: m["value"] for m in session.send("Performance.getMetrics")["metrics"]}
        print(f"processor time of both {metrics['ThreadTime']:.2f} s")
        frames = page.evaluate(SCROLL)
        print(f"frames: {sum(frames) / len(frames):.0f} ms, longest {max(frames):.0f} ms")
        field = "document.querySelector('[name=elements]')"
        event = "dispatchEvent(new Event('input', {bubbles: true}))"
        print(f"filter {seconds(page, f'{field}.value = `Mn`; {field}.{event}'):.2f} s")
        print(f"sort {seconds(page, 'document.querySelector(`#head button`).click()'):.2f} s")
        browser.close()


if __name__ == "__main__":
    main()
