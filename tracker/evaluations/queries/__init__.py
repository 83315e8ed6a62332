"""Reading evaluations: one module for each reader's need."""
