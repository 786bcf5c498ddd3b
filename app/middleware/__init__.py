"""ASGI middleware, one class a module, and what they share of HTTP."""
