"""Subjects built of parts and materials, for horses, humans and the pre-training classes.

They are apart from `grader/data/scenery/` so that a change here leaves the pictures of the pets, and their caches, alone.
"""
