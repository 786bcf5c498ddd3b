"""Citypact: a read-only register of what cities agreed, with the passage that says so."""

VERSION = "1.0.0"
"""The version of the software and of its public contract, sent with every response as `API-Version`."""
