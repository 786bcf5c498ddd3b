"""Schemas that the responses of several resources share."""
