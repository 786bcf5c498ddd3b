"""Turns seeds into rows, and each record into the JSON that the API sends."""
