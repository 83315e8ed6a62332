"""The evaluator's pages: one commission, opened by a link, without an account."""
