"""Prompts as they are kept: versions, drafts, promotion, floors, and the gate that holds them."""
