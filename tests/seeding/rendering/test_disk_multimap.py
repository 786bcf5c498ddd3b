"""A multimap on disk."""

from contextlib import closing

from app.seeding.rendering.disk_multimap import DiskMultimap


def test_a_key_has_its_distinct_values_in_order() -> None:
    with closing(DiskMultimap()) as multimap:
        multimap.add([("b", "2"), ("a", "3"), ("b", "1"), ("b", "2")])

        assert [multimap[key] for key in ("a", "b", "c")] == [["3"], ["1", "2"], []]
