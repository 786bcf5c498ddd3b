"""Response schemas that several nouns share."""
