"""What travels between window and engine host, and how."""
