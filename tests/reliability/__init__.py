"""Harnesses of the promises about faults: each is one command that prints its seed and numbers."""
