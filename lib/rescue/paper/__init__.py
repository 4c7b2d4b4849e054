"""The paper, rebuilt."""
