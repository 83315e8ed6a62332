"""Writing evaluations: one module for each part of an evaluation's life."""
