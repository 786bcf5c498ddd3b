"""Values and their notations: dates, countries, text. Pure functions."""
