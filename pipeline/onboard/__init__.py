"""Onboard: an unknown extract becomes a proposed mapping, and a program folder begins."""
