"""What axe finds wrong with a page in a browser."""

from __future__ import annotations

from collections.abc import Sequence

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page


def violations(page: Page, rules: Sequence[str] = ()) -> list[str]:
    """Return where a page breaks a rule, of all that axe has unless some are named, and what would mend it.

    A page that is looked at again has the script already: half a megabyte would be read and made quick anew.
    """
    if not page.evaluate("Boolean(window.axe)"):
        page.evaluate(AXE_SCRIPT)
    options = {"resultTypes": ["violations"]} | ({"runOnly": list(rules)} if rules else {})
    found = page.evaluate("async options => (await axe.run(options)).violations", options)
    return [f"{rule['id']}: {node['target']} {node['failureSummary']}" for rule in found for node in rule["nodes"]]
