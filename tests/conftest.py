"""What all tests share."""

from hypothesis import settings

# The same examples in every run: a test that fails once fails again.
settings.register_profile(
    "repeatable", derandomize=True, deadline=None, database=None, max_examples=30
)
settings.load_profile("repeatable")
