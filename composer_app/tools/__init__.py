"""Programs for the command line: `python -m composer_app.tools.votes`."""
