"""Parts of the engine host."""
