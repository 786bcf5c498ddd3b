"""Finds everything that is wrong with seeds."""
