"""The tests of Perhaps."""
