"""Loaded before every test: the engine decides how threads wait, and it must do so before a test imports torch."""

import engine  # noqa: F401
