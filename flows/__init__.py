"""Prefect flows: thin, they choose, call and report."""
