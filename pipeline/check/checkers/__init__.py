"""Checkers: each answers a claim with a verdict, flags or nothing. They do not know each other."""
