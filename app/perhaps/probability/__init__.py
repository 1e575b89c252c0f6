"""What the tokens of an answer tell about it: traces, measures, what-if samplers, export."""
