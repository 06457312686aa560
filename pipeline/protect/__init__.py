"""Disclosure control: figures and the memory of all earlier editions become public figures (spec 3,
docs/privacy.md)."""
