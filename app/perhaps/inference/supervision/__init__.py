"""How the window keeps an engine host at work and hears of it; no Qt."""
