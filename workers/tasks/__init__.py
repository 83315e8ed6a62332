"""Background tasks, one module per domain, each of two lines: the name and the service it calls."""
