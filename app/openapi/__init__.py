"""The OpenAPI document, generated from the routes and their query models."""
