"""Sort keys in which nulls come last, and the indexes that serve them; the same on both databases."""

from sqlalchemy import Index, text

# What stands for a null so that it sorts last, (descending, ascending): literals, or no index would serve them.
TEXT_NULLS = ("''", "'~'")
NUMBER_NULLS = ("-1.7e308", "1.7e308")


def newest_first(column: str) -> str:
    """A nullable column of text as an index has it for a list that is sorted by it, descending."""
    return f"coalesce({column}, {TEXT_NULLS[0]}) DESC"


def order_indexes(table: str, column: str, *, numeric: bool = False) -> list[Index]:
    """The two indexes that serve a nullable column of a table as sort key, newest first and oldest first."""
    low, high = NUMBER_NULLS if numeric else TEXT_NULLS
    return [
        Index(f"ix_{table}_{column}_desc", text(f"coalesce({column}, {low}) DESC"), "number"),
        Index(f"ix_{table}_{column}_asc", text(f"coalesce({column}, {high})"), "number"),
    ]
