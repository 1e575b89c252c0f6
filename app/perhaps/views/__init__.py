"""Widgets: one file, one thing on the screen."""
