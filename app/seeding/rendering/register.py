"""Compiles all seeds to rows: the tables, and each record as the JSON that the API sends.

Places, topics, indicators and sources are kept in memory; records pass in batches, so that memory does not grow
with their number.
"""

import itertools
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from typing import NamedTuple

from app.seeding.rendering.context import CompileContext, InvolvementCounts, create_context
from app.seeding.rendering.disk_multimap import DiskMultimap
from app.seeding.rendering.prefetch import Prefetched, prefetch
from app.seeding.rendering.records import Batch, compile_batches
from app.seeding.rendering.references import counted_rows, referenced_rows
from app.seeding.rendering.rows import Rows
from app.seeding.rendering.seed_set import SeedSet
from app.seeding.seed_schema import DelegationSeed

PARALLEL_THRESHOLD = 20_000  # records above which observations are compiled in a second process
# Half of the numbers of a signed 32-bit column are for observations, the other half for all other rows.
FIRST_OBSERVATION_NUMBER = 2**30


class CompiledRegister(NamedTuple):
    """The rows of a register, to be consumed in this order: records refer to the first, and complete the counts."""

    referenced: Rows
    batches: Iterator[Batch]
    counted: Rows
    """The rows of places and sources that show counts of records."""


@contextmanager
def compile_register(seeds: SeedSet) -> Iterator[CompiledRegister]:
    """Compile every row but the derived ones (`app.seeding.loading.derived_links`) and that of the release."""
    with closing(DiskMultimap()) as delegations:
        context, totals = create_context(seeds, delegations), InvolvementCounts()
        with _record_batches(context) as batches:
            yield CompiledRegister(referenced_rows(context), _summed(batches, totals), counted_rows(context, totals))


@contextmanager
def _record_batches(context: CompileContext) -> Iterator[Iterator[Batch]]:
    """Compile all records; where there are many, the observations in a second process.

    Observations have a range of numbers of their own, so that neither process depends on the progress of the other.
    """
    observation_context = replace(context, numbers=itertools.count(FIRST_OBSERVATION_NUMBER))
    if context.seeds.size < PARALLEL_THRESHOLD:
        yield itertools.chain(_agreements_and_delegations(context), compile_batches(observation_context, "observation"))
    else:
        with prefetch(lambda: compile_batches(observation_context, "observation")) as observations:
            yield merge_when_ready(_agreements_and_delegations(context), observations)


def _agreements_and_delegations(context: CompileContext) -> Iterator[Batch]:
    context.delegations.add(
        (record.agreement, record.id)
        for record, _ in context.seeds.of_kind("delegation")
        if isinstance(record, DelegationSeed) and record.agreement
    )
    return compile_batches(context, "agreement", "delegation")


def merge_when_ready(own: Iterator[Batch], prefetched: Prefetched[Batch]) -> Iterator[Batch]:
    """Merge the batches of this process with prefetched ones, each of which comes as soon as it is ready."""
    remaining = iter(prefetched)
    for batch in own:
        yield batch
        while prefetched.ready() and (ready := next(remaining, None)):
            yield ready
    yield from remaining


def _summed(batches: Iterable[Batch], totals: InvolvementCounts) -> Iterator[Batch]:
    """Pass the batches on and add their counts to the totals."""
    for batch in batches:
        totals.add(batch.counts)
        yield batch
