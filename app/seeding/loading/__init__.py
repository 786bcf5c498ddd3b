"""Builds a release in a new database, and swaps it in."""
