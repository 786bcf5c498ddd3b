"""The register for people: pages in three languages that a city puts into its website."""
