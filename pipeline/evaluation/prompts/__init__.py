"""Prompts as they are kept: versions, drafts, promotion, floors, and the prompt gate that holds them."""
