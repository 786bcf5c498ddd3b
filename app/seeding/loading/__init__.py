"""Builds a release in a new database and makes it the one that is served."""
