"""A session as plain JSON for the page."""
