"""Perhaps: answers about pictures, with the probability of every token."""

__version__ = "0.1.0"
