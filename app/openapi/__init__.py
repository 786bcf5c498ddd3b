"""The OpenAPI document, made from the routes and their query models."""
