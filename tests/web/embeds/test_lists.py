"""Content of the embeds: captions, rows, charts, sources and JSON-LD, in each language."""

import httpx
import pytest

from tests.support.serving import Served
from tests.web.html_pages import EMBEDS, LANGUAGES, heading, json_ld_of, parse_page


@pytest.mark.parametrize(
    ("address", "korean", "vietnamese", "english"),
    [
        ("agreements", "협정", "Thỏa thuận hợp tác", "Agreements"),
        (
            "agreements?country=VN&since=2004",
            "베트남과의 협정, 2004년 이후 체결",
            "Thỏa thuận hợp tác với Việt Nam, ký từ 2004",
            "Agreements with Vietnam, signed since 2004",
        ),
        (
            "agreements?city=daegu&partner=da-nang&partner=bac-ninh",
            "대구와의 협정, 상대: 박닌 또는 다낭",
            "Thỏa thuận hợp tác với Daegu, đối tác: Bắc Ninh hoặc Đà Nẵng",
            "Agreements with Daegu, partner: Bac Ninh or Da Nang",
        ),
        (
            "agreements?kind=friendship_city&status=announced&undated=only",
            "협정, 날짜 미상, 유형: 우호협력도시, 상태: 체결 발표",
            "Thỏa thuận hợp tác, không rõ ngày, hình thức: Thành phố hữu nghị, tình trạng: đã công bố",
            "Agreements, without a date, kind: Friendship city, status: announced",
        ),
        (
            "delegations?agreement=daegu--bac-ninh&until=2019-02-22&participant=lee",
            "방문·면담, 2019년 2월 22일까지, 참석자: “lee”, 협정: 대구 – 박닌",
            "Các chuyến thăm và gặp mặt, đến 22/02/2019, người tham dự: “lee”, thỏa thuận: Daegu – Bắc Ninh",
            "Visits and meetings, until February 22, 2019, participant: “lee”, agreement: Daegu – Bac Ninh",
        ),
        (
            "indicators?area=VN&counterpart=KR&topic=real-estate&topic=culture",
            "경제 지표, 분야: 문화 또는 부동산, 대상 지역: 베트남, 상대 지역: 대한민국",
            "Chỉ số kinh tế, lĩnh vực: văn hóa hoặc bất động sản, địa bàn: Việt Nam, đối tác: Hàn Quốc",
            "Economic indicators, topic: culture or real estate, measured in Vietnam, with regard to South Korea",
        ),
    ],
)  # fmt: skip
def test_captions_of_filters(real: Served, address: str, korean: str, vietnamese: str, english: str) -> None:
    separator = "&" if "?" in address else "?"
    urls = [f"/embed/{address}{separator}lang={language}" for language in LANGUAGES]

    assert [heading(parse_page(real.get(url))) for url in urls] == [korean, vietnamese, english]


def rows(response: httpx.Response) -> list[list[str]]:
    """The text of the cells of each row, without the last, which has the sources."""
    (body,) = parse_page(response).find_all("tbody")
    return [[cell.text for cell in row.children[:-1]] for row in body.find_all("tr")]


def test_rows_of_agreements(real: Served) -> None:
    assert rows(real.get("/embed/agreements?city=daegu&lang=en")) == [
        ["Daegu South Korea – Bac Ninh Vietnam", "Friendship city", "February 22, 2019 (year inferred)", "announced"],
        ["Daegu South Korea – Ho Chi Minh City Vietnam", "Friendship city", "2015", "signed"],
        ["Daegu South Korea – Da Nang Vietnam", "Friendship city", "2004", "signed"],
    ]


def test_rows_of_delegations_in_vietnamese(real: Served) -> None:
    assert rows(real.get("/embed/delegations?lang=vi")) == [
        ["Đà Nẵng gặp mặt Hàn Quốc", "Buổi gặp mặt", "buổi sáng 11/01/2021", "đã diễn ra"],
        ["Đoàn Daegu thăm Bắc Ninh", "Chuyến thăm", "22/02/2019 (năm suy luận)", "dự kiến"],
        ["Đoàn Bắc Ninh thăm Daegu", "Chuyến thăm", "tháng 9 năm 2018", "đã diễn ra"],
    ]


def test_figures_show_relation_period_and_status(real: Served) -> None:
    page = parse_page(real.get("/embed/indicators?area=VN&area=da-nang&lang=en"))
    figures = {
        (card.find_all("h2")[0].text, figure.find_all("p", **{"class": "places"})[0].text): [
            *(value.text for value in figure.find_all("p", **{"class": "value"})),
            figure.find_all("p", **{"class": "when"})[0].text,
        ]
        for card in page.find_all("li")
        for figure in card.find_all("div", **{"class": "figure"})
    }

    assert figures["Total investment from the counterpart", "Vietnam with regard to South Korea"] == [
        "more than 70 billion USD",
        "at the time of the source: January 11, 2021 (inferred)",
    ]
    assert figures["Exports to the counterpart", "Da Nang with regard to South Korea"] == [
        "32 million USD",
        "as of October 2020 estimate",
    ]
    assert figures["Rank among investors", "Da Nang with regard to South Korea"] == [
        "at the time of the source: January 11, 2021 (inferred)"
    ]


def test_topics_are_labelled_with_their_role(real: Served) -> None:
    page = parse_page(real.get("/embed/agreements?status=announced&lang=ko"))

    assert [topics.text for topics in page.find_all("p", **{"class": "topics"})] == [
        "협력 예정 분야: 의료관광, 교육, 문화, IT 기업 교류, 청년 해외 취업"
    ]


@pytest.mark.parametrize("path", EMBEDS)
@pytest.mark.parametrize("language", ["ko", "vi"])
def test_every_term_of_the_register_is_translated(real: Served, path: str, language: str) -> None:
    page = parse_page(real.get(f"{path}?lang={language}&limit=200"))
    labels = [*page.find_all("h2"), *page.find_all("dt"), *page.find_all("p", **{"class": "topics"})]

    assert labels
    assert [label.text for label in labels if label.find_all("span")] == []


def test_bars_of_a_chart_start_at_zero(small: Served) -> None:
    page = parse_page(small.get("/embed/indicators?area=portavela&counterpart=IS&lang=en"))
    (chart,) = page.find_all("svg")
    table = [[cell.text for cell in row.children] for row in page.find_all("tbody")[0].find_all("tr")]

    # 250,000.5 is 0.806 of 310,000, whose bar is 64 pixels high; 2001 has no value.
    assert [float(bar.attributes["height"]) for bar in chart.find_all("rect")] == [51.6, 64]
    assert [text.text for text in chart.find_all("text")] == ["1999", "2000", "–", "2001"]
    assert [row[0] for row in table] == ["in 2001", "in 2000", "in 1999"]


def test_a_row_has_its_source_and_quotation(real: Served) -> None:
    page = parse_page(real.get("/embed/agreements?city=changwon&lang=ko"))
    (details,), (sources,) = page.find_all("details"), page.find_all("div", **{"class": "proof"})
    (quote,) = details.find_all("q")

    assert sources.find_all("a")[0].attributes["href"] == "https://danang.gov.vn/web/en/detail?id=43087&_c=16407387"
    assert (quote.text, quote.attributes["lang"]) == ("Changwon", "en")
    assert quote.find_all("a")[0].attributes["href"].endswith("#:~:text=Changwon")


def test_every_row_links_to_its_sources(real: Served) -> None:
    for path, count in (("agreements", 7), ("delegations", 3), ("indicators", 13)):
        page = parse_page(real.get(f"/embed/{path}?lang=ko"))
        sources = page.find_all("p", **{"class": "sources"})
        links = [link.attributes["href"] for source in sources for link in source.find_all("a")]

        assert [bool(source.find_all("a")) for source in sources] == [True] * count
        assert {link.partition("/")[0] for link in links} <= {"https:", "http:"}


@pytest.mark.parametrize("path", EMBEDS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_empty_page(real: Served, path: str, language: str) -> None:
    page = parse_page(real.get(f"{path}?country=FR&lang={language}"))

    assert page.find_all("p", **{"class": "empty"})[0].text
    assert (page.find_all("tbody"), page.find_all("details")) == ([], [])


def test_json_ld_of_agreements(real: Served) -> None:
    dataset = json_ld_of(parse_page(real.get("/embed/agreements?city=changwon&lang=vi")))

    assert (dataset["@context"], dataset["@type"]) == ("https://schema.org", "Dataset")
    assert (dataset["name"], dataset["inLanguage"]) == ("Thỏa thuận hợp tác với Changwon", "vi")
    assert dataset["isBasedOn"] == ["https://danang.gov.vn/web/en/detail?id=43087&_c=16407387"]
    assert dataset["about"] == [
        {"@type": "City", "name": "Đà Nẵng", "containedInPlace": {"@type": "Country", "name": "Việt Nam"}},
        {"@type": "City", "name": "Changwon", "containedInPlace": {"@type": "Country", "name": "Hàn Quốc"}},
    ]


def test_json_ld_of_delegations_and_indicators(real: Served) -> None:
    events = json_ld_of(parse_page(real.get("/embed/delegations?lang=en")))["about"]
    observations = json_ld_of(parse_page(real.get("/embed/indicators?area=VN&lang=en")))["about"]

    assert [(event["@type"], event["startDate"]) for event in events] == [
        ("Event", "2021-01-11"),
        ("Event", "2019-02-22"),
        ("Event", "2018-09"),
    ]
    assert {(item["@type"], item["name"], item["value"]) for item in observations} == {
        ("Observation", "Total investment from the counterpart", 70_000_000_000),
        ("Observation", "Enterprises from the counterpart", 9000),
        ("Observation", "Rank among investors", 1),
    }
