"""Pages of the site itself: home, reference, well-known addresses."""
