"""Pages of the site itself: home page, API reference, well-known URLs."""
