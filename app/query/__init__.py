"""Queries: parsing, filters, the choice of an access path, and the SELECT of a list."""
