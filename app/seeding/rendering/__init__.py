"""Compiles seeds to rows, and renders each record as the JSON that the API sends."""
