"""A session as values, and pure functions on it: no gradio, no audio, no database."""
