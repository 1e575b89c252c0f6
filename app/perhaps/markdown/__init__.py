"""Markdown that nobody vouches for, read into blocks of bounded size; no Qt, no files."""
