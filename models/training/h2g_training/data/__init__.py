"""Slides and annotations to a prepared folder, from which training reads."""
