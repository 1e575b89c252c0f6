"""An answer with all its probabilities, as files for other programs and for people."""
