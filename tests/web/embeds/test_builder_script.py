"""The builder's script in a browser: it updates the preview and copies; without it the form works, too."""

from playwright.sync_api import Browser, expect

from tests.support.serving import Served
from tests.web.browser import open_page


def test_a_change_updates_preview_code_and_status(browser: Browser, real_sqlite: Served) -> None:
    base = real_sqlite.settings.base_url
    with open_page(browser, f"{base}/embed?lang=ko&country=VN") as opened:
        page = opened.page
        preview = page.frame_locator("iframe").locator("h1")
        expect(preview).to_have_text("베트남과의 협정")
        page.get_by_label("목록", exact=True).select_option("delegations")
        expect(preview).to_have_text("베트남과의 방문·면담")
        page.locator("#embed_lang").focus()
        page.locator("#embed_lang").select_option("vi")
        expect(preview).to_have_text("Các chuyến thăm và gặp mặt với Việt Nam")
        # The status that screen readers announce comes after the new preview.
        expect(page.get_by_role("status")).to_have_text("미리 보기와 코드를 새로 고쳤습니다.")
        url = f"{base}/embed/delegations?country=VN&lang=vi"

        assert page.locator("#address").input_value() == url
        assert url.replace("&", "&amp;") in page.locator("#iframe").input_value()
        assert page.locator("#embed_lang").evaluate("field => field === document.activeElement")
        assert opened.is_self_contained(base)
        page.get_by_role("link", name="English").click()
        page.wait_for_url("**lang=en**")
        expect(preview).to_have_text("Các chuyến thăm và gặp mặt với Việt Nam")

        assert page.get_by_label("List", exact=True).input_value() == "delegations"


def test_an_invalid_colour_changes_nothing(browser: Browser, real_sqlite: Served) -> None:
    with open_page(browser, f"{real_sqlite.settings.base_url}/embed?lang=en") as opened:
        before = opened.page.locator("#address").input_value()
        opened.page.get_by_label("Accent colour").fill("red")
        opened.page.get_by_label("List").select_option("indicators")

        assert opened.page.locator("#address").input_value() == before
        opened.page.get_by_label("Accent colour").fill("C8102E")
        opened.page.get_by_label("Accent colour").press("Tab")
        expect(opened.page.locator("#address")).to_have_value(
            f"{real_sqlite.settings.base_url}/embed/indicators?accent=c8102e&lang=en"
        )


def test_an_invalid_filter_leads_to_the_error_page(browser: Browser, real_sqlite: Served) -> None:
    with open_page(browser, f"{real_sqlite.settings.base_url}/embed?lang=en&kind=sister_city") as opened:
        opened.page.get_by_label("List").select_option("indicators")  # which have no kind
        opened.page.wait_for_url("**show=indicators**")

        assert opened.page.locator("h1").inner_text() == "This address is not right"
        assert opened.page.locator("dt").inner_text() == "kind"


def test_copy_buttons(browser: Browser, real_sqlite: Served) -> None:
    url = f"{real_sqlite.settings.base_url}/embed?lang=en&country=VN"
    with open_page(browser, url, permissions=["clipboard-read", "clipboard-write"]) as opened:
        opened.page.get_by_label("Country").select_option("KR")
        opened.page.wait_for_url("**country=KR**")
        opened.page.get_by_role("button", name="Copy").first.click()
        expect(opened.page.get_by_role("status")).to_have_text("Copied.")
        copied = opened.page.evaluate("navigator.clipboard.readText()")

        assert copied == opened.page.locator("#iframe").input_value()
        assert "country=KR" in copied
        assert opened.page.frame_locator("iframe").locator("h1").inner_text() == "Agreements with South Korea"


def test_the_form_works_without_a_script(browser: Browser, real_sqlite: Served) -> None:
    with open_page(browser, f"{real_sqlite.settings.base_url}/embed?lang=ko", java_script_enabled=False) as opened:
        opened.page.get_by_label("목록", exact=True).select_option("indicators")
        opened.page.get_by_role("button", name="미리 보기").click()
        opened.page.wait_for_url("**show=indicators**")

        assert opened.page.frame_locator("iframe").locator("h1").inner_text() == "경제 지표"
        assert opened.page.get_by_role("button", name="복사").count() == 0
