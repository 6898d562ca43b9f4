"""The library: sessions, takes and stems in SQLite and on disk. It imports neither engine nor composer_app."""
