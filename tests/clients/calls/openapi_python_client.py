"""Asks through the client that openapi-python-client makes, and prints what arrived."""

import json
import sys
from urllib.parse import parse_qs, urlsplit

from citypact import Client
from citypact.api.agreements import get_agreement, list_agreements
from citypact.api.observations import get_observation
from citypact.models import Agreement, AgreementPage, Observation, Problem
from citypact.types import UNSET

client = Client(base_url=sys.argv[1])


def page(limit: int = 50, cursor: str | None = None, country: list[str] | None = None) -> AgreementPage:
    """A page of agreements; anything else is a failure."""
    answer = list_agreements.sync(client=client, limit=limit, cursor=cursor or UNSET, country=country or [])
    assert isinstance(answer, AgreementPage), answer
    return answer


agreement = get_agreement.sync("daegu--bac-ninh", client=client)
observation = get_observation.sync("vn-investment-kr", client=client)
unknown = get_agreement.sync("daegu--danang", client=client)
bad = list_agreements.sync(client=client, country=["Vietnam"])
assert isinstance(agreement, Agreement)
assert isinstance(observation, Observation)
assert isinstance(unknown, Problem)
assert isinstance(bad, Problem)
following = parse_qs(urlsplit(page(limit=3).next_ or "").query)["cursor"][0]
assert observation.value == 70_000_000_000
assert isinstance(bad.errors, list)
assert bad.errors[0].suggestion == "VN"

answers: dict[str, AgreementPage | Agreement | Observation | Problem] = {
    "country": page(country=["VN"]),
    "countries": page(country=["VN", "KR"]),
    "agreement": agreement,
    "observation": observation,
    "second_page": page(limit=3, cursor=following),
    "unknown": unknown,
    "bad": bad,
}
print(json.dumps({name: answer.to_dict() for name, answer in answers.items()}))
