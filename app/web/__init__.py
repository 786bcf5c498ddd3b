"""Pages for people in Korean, Vietnamese and English: embeds for city websites, and the site's own pages."""
