"""Metrics: each scores one summary against its document and references."""
