"""Pages about evaluations; the blueprint is in `blueprint`, the modules that hang views on it in `setup`."""
