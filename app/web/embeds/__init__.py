"""Pages that a city embeds in its website, and the ways to embed them: snippets, oEmbed and the builder."""
