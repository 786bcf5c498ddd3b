"""From a query string to a SELECT: parsing, filters, and the choice of an access path."""
