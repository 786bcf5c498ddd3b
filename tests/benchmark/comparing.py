"""When one version of Citypact counts as slower than another."""

import statistics
from dataclasses import dataclass, field

TOLERATED = 1.05  # the median ratio up to which a version is not slower
AGREEING = 0.9  # the part of the pairs that must be slower, too: 9 of 10
HEAD = """
| question | base, CPU µs/answer | this, CPU µs/answer | ratio | slower pairs | verdict |
| --- | --- | --- | --- | --- | --- |"""


@dataclass
class Comparison:
    """What both versions took for the same question: CPU microseconds an answer, one pair a round."""

    question: str
    base: list[float] = field(default_factory=list)
    this: list[float] = field(default_factory=list)

    @property
    def ratios(self) -> list[float]:
        """How many times as much this version took as the base, pair by pair."""
        return [this / base for base, this in zip(self.base, self.this, strict=True)]

    @property
    def ratio(self) -> float:
        """Their median."""
        return statistics.median(self.ratios)

    @property
    def slower_pairs(self) -> int:
        """The number of pairs in which this version took more."""
        return sum(ratio > 1 for ratio in self.ratios)

    @property
    def slower(self) -> bool:
        """Whether this version is slower: by the median, and in nearly all pairs."""
        return self.ratio > TOLERATED and self.slower_pairs >= AGREEING * len(self.ratios)

    def row(self) -> str:
        """The row of the table."""
        base, this = statistics.median(self.base), statistics.median(self.this)
        verdict = "slower" if self.slower else "not slower"
        pairs = f"{self.slower_pairs} of {len(self.ratios)}"
        return f"| {self.question} | {base:,.1f} | {this:,.1f} | {self.ratio:.3f} | {pairs} | {verdict} |"
