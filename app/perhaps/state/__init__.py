"""Observable objects that the views show; QtCore only."""
