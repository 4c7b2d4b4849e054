"""For teaching and reuse."""
