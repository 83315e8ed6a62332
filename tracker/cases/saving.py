"""Saving a form of a case: refusals as words on it, and two who save at the same instant."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from flask_babel import lazy_gettext as _l
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.exc import StaleDataError

from tracker.cases.service import stale
from tracker.core.db import db
from tracker.core.errors import DomainError
from tracker.core.forms import BaseForm


@contextmanager
def saving(form: BaseForm, current: Callable[[], dict[str, str]]) -> Iterator[None]:
    """``form.domain_errors()``, and two who save at the same instant: the later one is shown both texts.

    :param current: reads the stored texts anew, by the names of the form's fields.
    """
    with form.domain_errors():
        try:
            yield
        except StaleDataError:
            db.session.rollback()
            raise stale(current()) from None
        except IntegrityError:
            raise DomainError(
                _l("Somebody saved the same thing at the same moment. Look at what is stored, then try again.")
            ) from None
