"""Audio that the page plays, draws, measures and exports."""
