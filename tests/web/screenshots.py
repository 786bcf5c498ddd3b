"""Writes every page in three languages, on a phone and on a screen, to a folder: `make screenshots`."""

import sys
import tempfile
from pathlib import Path

from tests.support.serving import REAL_SEED, loaded, serving, sqlite_settings
from tests.web.chromium import chromium

PAGES = {
    "home": "/?",
    "builder": "/embed?country=VN&",
    "agreements": "/embed/agreements?country=VN&",
    "delegations": "/embed/delegations?",
    "indicators": "/embed/indicators?",
    "dark": "/embed/indicators?theme=dark&",
    "accent": "/embed/agreements?theme=dark&accent=c8102e&",
    "empty": "/embed/agreements?country=FR&",
    "fault": "/embed/agreements?cuontry=VN&",
}


def main(folder: Path) -> None:
    """Takes them all, with every `<details>` closed, and once open."""
    folder.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as kept,
        serving(loaded(sqlite_settings(Path(kept), REAL_SEED))) as served,
        chromium() as browser,
    ):
        for width in (360, 1280):
            page = browser.new_page(viewport={"width": width, "height": 800})
            for name, path in PAGES.items():
                for language in ("ko", "vi", "en"):
                    page.set_viewport_size({"width": width, "height": 800})
                    page.goto(f"{served.settings.base_url}{path}lang={language}", wait_until="networkidle")
                    # Chromium paints no frame, nor a part of it, that is out of the window.
                    tall = page.evaluate("document.documentElement.scrollHeight")
                    page.set_viewport_size({"width": width, "height": tall})
                    page.screenshot(path=folder / f"{name}-{language}-{width}.png", full_page=True)
            page.goto(f"{served.settings.base_url}/embed/agreements?lang=ko")
            page.evaluate("document.querySelectorAll('details').forEach(found => { found.open = true })")
            page.screenshot(path=folder / f"opened-ko-{width}.png", full_page=True)
    print(f"Screenshots are in {folder}.")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
