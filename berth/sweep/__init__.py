"""Environments of pull requests that are no longer needed."""
