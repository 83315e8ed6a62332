"""A register with one case for every rule of the report."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from tests.factories.deadlines import deadline
from tests.factories.organisations import organisation
from tests.factories.people import person
from tracker.accounts.enums import Role
from tracker.cases.enums import SecrecyClass
from tracker.core.db import db
from tracker.procurements.enums import Capacity, OptionState, Procedure
from tracker.procurements.models import Contract, ContractOption, Procurement
from tracker.reports.building import build_snapshot
from tracker.reports.snapshot import Snapshot

NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
TODAY = date(2026, 11, 23)
_numbers = count(1)


def days(number: int) -> date:
    return TODAY + timedelta(days=number)


def built() -> Snapshot:
    """The report of today over what has been made."""
    db.session.flush()
    return build_snapshot(db.session(), TODAY, number="2026-01", now=NOW, app_version="0.1.0")


class Register:
    """Makes cases, all by the same officer and with the same executing body."""

    def __init__(self) -> None:
        self.officer = person(Role.MARKET, name="Handläggare Ett")
        self.body = organisation(name="SKL Kommentus Inköpscentral AB")

    def procurement(self, title: str, secrecy: SecrecyClass = SecrecyClass.OPEN, **values: Any) -> Procurement:
        number = next(_numbers)
        made = Procurement(
            registry_number=f"RAPPORT {number}",
            registry_year=2026,
            registry_sequence=number,
            title=title,
            responsible_id=self.officer.id,
            secrecy_class=secrecy,
            opened_on=days(-40),
            created_at=NOW,
            updated_at=NOW,
            procedure=Procedure.OPEN,
            executing_body_id=self.body.id,
            began_on=days(-40),
            capacity=Capacity.AGENT,
            **{
                "phase": "planning",
                "phase_since_on": days(-10),
                "substance": "adalimumab",
                "atc_code": "L04AB04",
                "assigned_on": days(-41),
                **values,
            },
        )
        db.session.add(made)
        db.session.flush()
        return made

    def contract(self, procurement: Procurement, ends_on: date, option: OptionState | None = None) -> Contract:
        made = Contract(
            procurement_id=procurement.id,
            supplier_id=organisation().id,
            starts_on=days(-700),
            base_months=24,
            base_ends_on=ends_on,
            ends_on=ends_on,
            products="Produkt A",
        )
        if option is not None:
            made.options.append(
                ContractOption(
                    position=1,
                    months=12,
                    starts_on=ends_on + timedelta(days=1),
                    ends_on=ends_on + timedelta(days=365),
                    must_notify_by_on=ends_on - timedelta(days=90),
                    decide_by_on=ends_on - timedelta(days=120),
                    state=option,
                    decided_on=None if option is OptionState.UNDECIDED else days(-1),
                )
            )
        db.session.add(made)
        db.session.flush()
        return made

    def deadline(self, procurement: Procurement, due_on: date) -> None:
        deadline(procurement, due_on)


@pytest.fixture
def register(app: Flask) -> Register:
    return Register()


@pytest.fixture
def files(app: Flask, tmp_path: Path) -> Any:
    """The application keeps its files in a folder of this test."""
    before = app.config["SETTINGS"]
    app.config["SETTINGS"] = replace(before, files_dir=tmp_path / "files")
    yield tmp_path / "files"
    app.config["SETTINGS"] = before
