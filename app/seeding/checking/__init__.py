"""Checks the seeds, and writes offsets that are missing."""
