"""The OpenAPI document breaks no existing client until the next major version."""

import copy
import json
from collections.abc import Callable
from typing import Any

import pytest

import app
from tests.openapi.compatibility import breaking_changes
from tests.openapi.contract import COMMITTED
from tests.support.serving import ROOT

Json = dict[str, Any]

# The document of the first release of this major version.
RELEASED = ROOT / "tests" / f"openapi-{app.VERSION.partition('.')[0]}.json"
DOCUMENT: Json = json.loads(COMMITTED.read_text())


def test_the_document_breaks_no_client_of_the_first_release() -> None:
    assert breaking_changes(json.loads(RELEASED.read_text()), DOCUMENT) == []


def agreement_list(document: Json) -> Json:
    operation: Json = document["paths"]["/agreements"]["get"]
    return operation


def parameter(document: Json, name: str) -> Json:
    parameter: Json = next(p for p in agreement_list(document)["parameters"] if p["name"] == name)
    return parameter


def schema(document: Json, name: str) -> Json:
    schema: Json = document["components"]["schemas"][name]
    return schema


def rename_operation(document: Json) -> None:
    agreement_list(document)["operationId"] = "findAgreements"


def remove_parameter(document: Json) -> None:
    agreement_list(document)["parameters"] = [p for p in agreement_list(document)["parameters"] if p["name"] != "q"]


def require_new_parameter(document: Json) -> None:
    new = {"name": "key", "in": "query", "required": True, "schema": {"type": "string"}}
    agreement_list(document)["parameters"].append(new)


def change_response_schema(document: Json) -> None:
    content = agreement_list(document)["responses"]["200"]["content"]["application/json"]
    content["schema"] = {"$ref": "#/components/schemas/CityPage"}


def remove_enum_value(document: Json) -> None:
    schema(document, "Trend")["enum"].remove("stable")


BREAKING: list[tuple[Callable[[Json], Any], list[str]]] = [
    (lambda d: d["paths"].pop("/cities/{id}"), ["Path /cities/{id} is gone."]),
    (lambda d: d["components"]["schemas"].pop("Flow"), ["Schema Flow is gone."]),
    (rename_operation, ["/agreements: the operation listAgreements is now called findAgreements."]),
    (remove_parameter, ["/agreements: parameter q is gone."]),
    (require_new_parameter, ["/agreements: parameter key is newly required."]),
    (lambda d: parameter(d, "q").update(required=True), ["/agreements: parameter q is newly required."]),
    (
        lambda d: parameter(d, "limit")["schema"].update(maximum=100),
        ["/agreements: parameter limit: maximum is no longer 200, but 100."],
    ),
    (
        lambda d: parameter(d, "limit")["schema"].update(default=20),
        ["/agreements: parameter limit: default is no longer 50, but 20."],
    ),
    (
        lambda d: parameter(d, "since")["schema"].update(pattern="^[0-9]{4}$"),
        [
            "/agreements: parameter since: pattern is no longer ^[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?$, but ^[0-9]{4}$.",
        ],
    ),
    (
        lambda d: parameter(d, "city")["schema"]["items"].update(maxLength=20),
        ["/agreements: parameter city: maxLength is no longer 200, but 20."],
    ),
    (lambda d: agreement_list(d)["responses"].pop("503"), ["/agreements: answer 503 is gone."]),
    (
        change_response_schema,
        [
            "/agreements: the application/json answer is no longer {'$ref': '#/components/schemas/AgreementPage'}, "
            "but {'$ref': '#/components/schemas/CityPage'}."
        ],
    ),
    (lambda d: schema(d, "Agreement")["properties"].pop("aim"), ["Agreement: property aim is gone."]),
    (lambda d: schema(d, "Agreement")["required"].remove("aim"), ["Agreement.aim may now be left out."]),
    (
        lambda d: schema(d, "Agreement")["properties"]["id"].update(type=["string", "null"]),
        ["Agreement.id: type is no longer string, but ['string', 'null']."],
    ),
    (
        lambda d: schema(d, "Quote")["properties"]["start"].update(format="int64"),
        ["Quote.start: format is no longer int32, but int64."],
    ),
    (
        lambda d: schema(d, "Agreement")["properties"]["sources"]["items"].update(type="integer"),
        ["Agreement.sources[]: type is no longer string, but integer."],
    ),
    (
        lambda d: schema(d, "Trend")["enum"].append("sideways"),
        ["Trend: answers can now have the value sideways, which clients do not know."],
    ),
    (remove_enum_value, ["Trend: the value stable is gone."]),
    (
        lambda d: schema(d, "Undated")["enum"].remove("only"),
        [
            *(f"/{noun}: parameter undated no longer takes only." for noun in ("agreements", "delegations")),
            *(f"/{noun}: parameter undated no longer takes only." for noun in ("indicators", "observations")),
            "/sources: parameter undated no longer takes only.",
            "Undated: the value only is gone.",
        ],
    ),
    (
        lambda d: schema(d, "Unit")["x-enum-varnames"].__setitem__(0, "DOLLARS"),
        ["Unit: the constant UNIT_USD is now called DOLLARS."],
    ),
]


@pytest.mark.parametrize(("change", "expected"), BREAKING)
def test_a_breaking_change_is_described(change: Callable[[Json], Any], expected: list[str]) -> None:
    changed = copy.deepcopy(DOCUMENT)
    change(changed)

    assert breaking_changes(DOCUMENT, changed) == expected


def add_parameter(document: Json) -> None:
    new = {"name": "fields", "in": "query", "required": False, "schema": {"type": "string"}}
    agreement_list(document)["parameters"].append(new)


COMPATIBLE: list[Callable[[Json], Any]] = [
    lambda d: d["paths"].update({"/treaties": d["paths"]["/agreements"]}),
    add_parameter,
    lambda d: schema(d, "Agreement")["properties"].update(ended={"type": "string"}),
    lambda d: schema(d, "Agreement").update(description="Otherwise described."),
    lambda d: schema(d, "Include")["enum"].append("names"),
    lambda d: parameter(d, "limit")["schema"].update(maximum=500),
    lambda d: parameter(d, "since")["schema"].pop("pattern"),
    lambda d: parameter(d, "q").update(example="seoul"),
]


@pytest.mark.parametrize("change", COMPATIBLE)
def test_a_compatible_change_is_not_reported(change: Callable[[Json], Any]) -> None:
    changed = copy.deepcopy(DOCUMENT)
    change(changed)

    assert breaking_changes(DOCUMENT, changed) == []
