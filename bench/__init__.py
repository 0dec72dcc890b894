"""Measurements: how good, how quick and how big. README.md says how to read them."""
