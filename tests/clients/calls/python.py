"""Asks through the client that openapi-generator makes for Python, and prints what arrived."""

import json
import sys
from urllib.parse import parse_qs, urlsplit

from openapi_client import AgreementsApi, ApiClient, ApiException, Configuration, ObservationsApi, Problem

client = ApiClient(Configuration(host=sys.argv[1]))
agreements = AgreementsApi(client)


def problem(**asked):
    """The problem that a request ends in."""
    try:
        agreements.list_agreements(**asked) if "country" in asked else agreements.get_agreement(**asked)
    except ApiException as error:
        if isinstance(error.data, Problem):
            return error.data
    raise AssertionError(asked)


observation = ObservationsApi(client).get_observation("vn-investment-kr")
following = parse_qs(urlsplit(agreements.list_agreements(limit=3).next).query)["cursor"][0]
bad = problem(country=["Vietnam"])
assert observation.value == 70_000_000_000
assert bad.errors[0].suggestion == "VN"

answers = {
    "country": agreements.list_agreements(country=["VN"]),
    "countries": agreements.list_agreements(country=["VN", "KR"]),
    "agreement": agreements.get_agreement("daegu--bac-ninh"),
    "observation": observation,
    "second_page": agreements.list_agreements(limit=3, cursor=following),
    "unknown": problem(id="daegu--danang"),
    "bad": bad,
}
print(json.dumps({name: json.loads(answer.to_json()) for name, answer in answers.items()}))
