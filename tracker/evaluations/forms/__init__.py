"""Forms of the pages about evaluations. They check shape; what the matter allows is checked by the services."""
