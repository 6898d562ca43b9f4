"""Exports: the mix as one file, the stems as a zip, the project for a DAW. `formats.py` has the table."""
