"""Fitting what a model says its probabilities are to people's labels, and writing that down for checks to use."""
