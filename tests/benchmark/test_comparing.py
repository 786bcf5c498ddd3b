"""The verdict on two versions, and one small run of `make bench BASE=HEAD`."""

import os
import re
import subprocess
import sys

import pytest

from tests.benchmark.comparing import HEAD, Comparison
from tests.support.serving import ROOT

QUESTIONS = [
    "hot", "304", "cold list", "first page with total", "page from the middle", "search", "embed", "item",
]  # fmt: skip


@pytest.mark.parametrize(
    ("this", "slower"),
    [
        ([106] * 10, True),
        ([105] * 10, False),  # exactly what is tolerated
        ([106] * 9 + [100], True),
        ([106] * 9 + [50], True),
        ([106] * 8 + [100, 100], False),  # two pairs do not agree
        ([200] * 8 + [99] * 2, False),
        ([100.1] * 6 + [104] * 4, False),  # every pair, but hardly
        ([50] * 10, False),
        ([106], True),  # a single round decides alone
        ([104], False),
    ],
)
def test_a_version_is_slower_by_its_median_and_in_nine_of_ten_pairs(this: list[float], slower: bool) -> None:
    assert Comparison("hot", [100.0] * len(this), this).slower is slower


def test_pairs_are_compared_with_each_other_and_not_the_medians() -> None:
    comparison = Comparison("hot", [100, 200, 400], [110, 220, 380])

    assert comparison.ratios == [1.1, 1.1, 0.95]
    assert comparison.row() == "| hot | 200.0 | 220.0 | 1.100 | 2 of 3 | not slower |"
    assert HEAD.count("|", HEAD.rindex("\n")) == comparison.row().count("|")


@pytest.mark.slow
@pytest.mark.skipif(not (ROOT / ".git").exists(), reason="the files were unpacked without git")
def test_a_commit_is_compared_with_the_working_tree() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.benchmark.versions", "HEAD"],
        cwd=ROOT,
        env={**os.environ, "SIZES": "40", "ROUNDS": "1", "SECONDS": "0.01"},
        capture_output=True,
        text=True,
        timeout=120,
    )

    rows = re.findall(
        r"^\| ([^|]+) \| [\d,.]+ \| [\d,.]+ \| [\d.]+ \| [01] of 1 \| ((?:not )?slower) \|$", done.stdout, re.M
    )
    assert [question for question, _ in rows] == QUESTIONS, done.stdout + done.stderr
    assert done.returncode == any(verdict == "slower" for _, verdict in rows)
