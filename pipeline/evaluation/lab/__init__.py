"""The prompt lab: a draft and the live prompt answer the same cases, side by side."""
