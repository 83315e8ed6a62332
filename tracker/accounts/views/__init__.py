"""Pages of signing in, the own account and people."""

from tracker.accounts.views import account, invitation, people, sign_in
from tracker.accounts.views.blueprint import blueprint

__all__ = ["account", "blueprint", "invitation", "people", "sign_in"]
