"""Values and their notations: dates, countries, text; pure functions."""
