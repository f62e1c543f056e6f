"""The rules of axe-core for pages that everybody can use, run in a page."""

from __future__ import annotations

from importlib.resources import files

from helpers.driver import Browser

SCRIPT = files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")
RUN = """
const found = await axe.run(document);
return found.violations.filter((one) => ["serious", "critical"].includes(one.impact))
  .flatMap((one) => one.nodes.map((node) => `${one.id}: ${node.html}`));
"""


def serious(browser: Browser) -> list[str]:
    """What is wrong with the page as it is, if it is serious."""
    if not browser.run("return typeof axe !== 'undefined'"):
        browser.run(f"{SCRIPT};window.axe = axe;")
    return browser.promised(RUN)
