"""Counts responses for Prometheus, whose client is imported only if metrics are configured."""

from collections.abc import Collection

from app.middleware.cached_response import STALE_STATUS
from app.middleware.request_id import Observer, ResponseInfo


def metrics_observer(nouns: Collection[str]) -> Observer:
    """An observer that counts responses by noun, status and staleness, and records their seconds by noun."""
    from prometheus_client import Counter, Histogram

    answers = Counter("citypact_answers", "Answers sent.", ["noun", "status", "stale"])
    seconds = Histogram(
        "citypact_answer_seconds",
        "Seconds from a request to its answer.",
        ["noun"],
        buckets=(0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5),
    )

    def observe(response: ResponseInfo) -> None:
        first = response.path.split("/")[1]
        noun = first if first in nouns else "other"  # each label costs memory, and a path can be anything
        answers.labels(noun, response.status, "yes" if STALE_STATUS in response.headers else "no").inc()
        seconds.labels(noun).observe(response.seconds)

    return observe
