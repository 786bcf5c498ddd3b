"""Takes screenshots of every page in three languages, as wide as a phone and as a screen (`make screenshots`)."""

import sys
import tempfile
from pathlib import Path

from tests.support.serving import REAL_SEED, loaded, serving, sqlite_settings
from tests.web.browser import launch_chromium
from tests.web.html_pages import LANGUAGES

PAGES = {
    "home": "/?",
    "builder": "/embed?country=VN&",
    "agreements": "/embed/agreements?country=VN&",
    "delegations": "/embed/delegations?",
    "indicators": "/embed/indicators?",
    "dark": "/embed/indicators?theme=dark&",
    "accent": "/embed/agreements?theme=dark&accent=c8102e&",
    "empty": "/embed/agreements?country=FR&",
    "error": "/embed/agreements?cuontry=VN&",
}


def main(folder: Path) -> None:
    """Write a screenshot of each page to the folder, and one of a page with its `<details>` open."""
    folder.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as database_folder,
        serving(loaded(sqlite_settings(Path(database_folder), REAL_SEED))) as served,
        launch_chromium() as browser,
    ):
        for width in (360, 1280):
            page = browser.new_page(viewport={"width": width, "height": 800})
            for name, path in PAGES.items():
                for language in LANGUAGES:
                    page.set_viewport_size({"width": width, "height": 800})
                    page.goto(f"{served.settings.base_url}{path}lang={language}", wait_until="networkidle")
                    # Chromium paints only those parts of frames that are within the window.
                    height = page.evaluate("document.documentElement.scrollHeight")
                    page.set_viewport_size({"width": width, "height": height})
                    page.screenshot(path=folder / f"{name}-{language}-{width}.png", full_page=True)
            page.goto(f"{served.settings.base_url}/embed/agreements?lang=ko")
            page.evaluate("document.querySelectorAll('details').forEach(details => { details.open = true })")
            page.screenshot(path=folder / f"opened-ko-{width}.png", full_page=True)
    print(f"Screenshots are in {folder}.")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
