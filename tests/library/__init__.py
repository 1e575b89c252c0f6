"""The tests of the library of models."""
