"""The builder in a browser: it shows what was chosen at once, copies, and needs no script."""

from playwright.sync_api import Browser, expect

from tests.support.serving import Served
from tests.web.host_pages import visit


def test_what_is_chosen_is_shown_at_once(browser: Browser, register: Served) -> None:
    base = register.settings.base_url
    with visit(browser, f"{base}/embed?lang=ko&country=VN") as found:
        page = found.page
        shown = page.frame_locator("iframe").locator("h1")
        expect(shown).to_have_text("베트남과의 협정")
        page.get_by_label("목록", exact=True).select_option("delegations")
        expect(shown).to_have_text("베트남과의 방문·면담")
        page.locator("#embed_lang").focus()
        page.locator("#embed_lang").select_option("vi")
        expect(shown).to_have_text("Các chuyến thăm và gặp mặt với Việt Nam")
        # The text is followed by what tells a screen reader of it.
        expect(page.get_by_role("status")).to_have_text("미리 보기와 코드를 새로 고쳤습니다.")
        address = f"{base}/embed/delegations?country=VN&lang=vi"

        assert page.locator("#address").input_value() == address
        assert address.replace("&", "&amp;") in page.locator("#iframe").input_value()
        assert page.locator("#embed_lang").evaluate("field => field === document.activeElement")
        assert found.quiet(base)
        page.get_by_role("link", name="English").click()
        page.wait_for_url("**lang=en**")
        expect(shown).to_have_text("Các chuyến thăm và gặp mặt với Việt Nam")

        assert page.get_by_label("List", exact=True).input_value() == "delegations"


def test_a_colour_that_is_none_waits(browser: Browser, register: Served) -> None:
    with visit(browser, f"{register.settings.base_url}/embed?lang=en") as found:
        before = found.page.locator("#address").input_value()
        found.page.get_by_label("Accent colour").fill("red")
        found.page.get_by_label("List").select_option("indicators")

        assert found.page.locator("#address").input_value() == before
        found.page.get_by_label("Accent colour").fill("C8102E")
        found.page.get_by_label("Accent colour").press("Tab")
        expect(found.page.locator("#address")).to_have_value(
            f"{register.settings.base_url}/embed/indicators?accent=c8102e&lang=en"
        )


def test_a_choice_that_is_wrong_by_now_is_said_by_a_page(browser: Browser, register: Served) -> None:
    with visit(browser, f"{register.settings.base_url}/embed?lang=en&kind=sister_city") as found:
        found.page.get_by_label("List").select_option("indicators")  # which have no kind
        found.page.wait_for_url("**show=indicators**")

        assert found.page.locator("h1").inner_text() == "This address is not right"
        assert found.page.locator("dt").inner_text() == "kind"


def test_the_builder_copies(browser: Browser, register: Served) -> None:
    address = f"{register.settings.base_url}/embed?lang=en&country=VN"
    with visit(browser, address, permissions=["clipboard-read", "clipboard-write"]) as found:
        found.page.get_by_label("Country").select_option("KR")
        found.page.wait_for_url("**country=KR**")
        found.page.get_by_role("button", name="Copy").first.click()
        expect(found.page.get_by_role("status")).to_have_text("Copied.")
        copied = found.page.evaluate("navigator.clipboard.readText()")

        assert copied == found.page.locator("#iframe").input_value()
        assert "country=KR" in copied
        assert found.page.frame_locator("iframe").locator("h1").inner_text() == "Agreements with South Korea"


def test_the_builder_needs_no_script(browser: Browser, register: Served) -> None:
    with visit(browser, f"{register.settings.base_url}/embed?lang=ko", java_script_enabled=False) as found:
        found.page.get_by_label("목록", exact=True).select_option("indicators")
        found.page.get_by_role("button", name="미리 보기").click()
        found.page.wait_for_url("**show=indicators**")

        assert found.page.frame_locator("iframe").locator("h1").inner_text() == "경제 지표"
        assert found.page.get_by_role("button", name="복사").count() == 0
