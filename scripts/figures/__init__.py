"""Figures of the concept texts, one function each, named after the concept."""
