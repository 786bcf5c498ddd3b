"""The invented register is a right one, the same every time, and skewed."""

from collections import Counter

import pytest

from app.seeding.reading import Record
from tests.benchmark.register import InventedRegister

KINDS = {"agreement": 300, "delegation": 60, "observation": 3000}


@pytest.fixture(scope="module")
def register() -> InventedRegister:
    return InventedRegister(300)


def made(register: InventedRegister, kind: str) -> list[tuple[Record, str]]:
    return list(register.of_kind(kind))


def written(records: list[tuple[Record, str]]) -> list[tuple[str, str]]:
    return [(record.model_dump_json(), source) for record, source in records]


@pytest.mark.slow
@pytest.mark.parametrize(("kind", "count"), KINDS.items())
def test_its_records_are_valid_and_always_the_same(register: InventedRegister, kind: str, count: int) -> None:
    records = made(register, kind)

    assert len(records) == count
    assert written(records) == written(made(InventedRegister(300), kind))
    assert written(records) == written([(type(record).model_validate(record.model_dump()), _) for record, _ in records])


def test_one_country_holds_nearly_a_third_and_many_hardly_anything(register: InventedRegister) -> None:
    country = {place.id: place.country for place in register.places}
    parties = [party for agreement, _ in register.of_kind("agreement") for party in agreement.parties]  # type: ignore[union-attr]
    (_, most), *_, (_, least) = Counter(country[party] for party in parties).most_common()

    assert 0.25 < most / len(parties) < 0.36
    assert least == 1
