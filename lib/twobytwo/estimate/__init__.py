"""Estimators: pure functions over arrays whose last axis is the study."""
