"""The REST API: one module per noun, and what all of them need."""
