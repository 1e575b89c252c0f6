"""Answers as formatted text: nothing in them is loaded, and nothing is opened unasked."""
