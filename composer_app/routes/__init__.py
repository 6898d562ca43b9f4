"""The web server: addresses, the Gradio page, and the way of a call to its action."""
