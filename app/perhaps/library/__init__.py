"""Model files on disk: what they are and whether they belong together."""
