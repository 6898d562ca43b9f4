"""The library of work: sessions, takes and stems in SQLite and on disk. Imports neither engine nor composer_app."""
