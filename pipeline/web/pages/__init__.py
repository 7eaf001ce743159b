"""The pages of the desk, each a handful of routes."""
