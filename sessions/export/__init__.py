"""What leaves the house: the mix as one file, the stems as a zip."""
