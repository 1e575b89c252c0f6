"""The contract between engine and window, and everything that fulfils it."""
