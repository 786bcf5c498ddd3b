"""Pages that a city embeds in its website, and how it does so."""
