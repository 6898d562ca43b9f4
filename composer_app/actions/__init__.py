"""What each button of the page does."""
