"""The baseline of the list: Django's admin over our own tables, signed in. A dependency of the benchmark only.

``python -m tests.benchmarks.django_site prepare`` makes Django's tables and a signed-in session, and prints its key;
gunicorn serves ``tests.benchmarks.django_site:application``. DATABASE_URL names the database.
"""

from __future__ import annotations

import os
import sys
from urllib.parse import urlsplit

import django
from django.conf import settings

URL = urlsplit(os.environ["DATABASE_URL"])

settings.configure(
    SECRET_KEY="benchmark-only-" + "x" * 40,
    DEBUG=False,
    ALLOWED_HOSTS=["127.0.0.1"],
    ROOT_URLCONF=__name__,
    USE_TZ=True,
    DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
    DATABASES={
        "default": {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": URL.path.lstrip("/"),
            "USER": URL.username,
            "HOST": URL.hostname,
            "PORT": URL.port,
            "CONN_MAX_AGE": None,
        }
    },
    INSTALLED_APPS=[
        "django.contrib.admin",
        "django.contrib.auth",
        "django.contrib.contenttypes",
        "django.contrib.sessions",
        "django.contrib.messages",
    ],
    MIDDLEWARE=[
        "django.middleware.security.SecurityMiddleware",
        "django.contrib.sessions.middleware.SessionMiddleware",
        "django.middleware.common.CommonMiddleware",
        "django.middleware.csrf.CsrfViewMiddleware",
        "django.contrib.auth.middleware.AuthenticationMiddleware",
        "django.contrib.messages.middleware.MessageMiddleware",
    ],
    TEMPLATES=[
        {
            "BACKEND": "django.template.backends.django.DjangoTemplates",
            "APP_DIRS": True,
            "OPTIONS": {
                "context_processors": [
                    "django.template.context_processors.request",
                    "django.contrib.auth.context_processors.auth",
                    "django.contrib.messages.context_processors.messages",
                ]
            },
        }
    ],
    STATIC_URL="/static/",
)
django.setup()

from django.contrib import admin  # noqa: E402  (Django must be configured first)
from django.core.wsgi import get_wsgi_application  # noqa: E402
from django.db import models  # noqa: E402
from django.urls import path  # noqa: E402


class Person(models.Model):
    name = models.CharField(max_length=200)

    class Meta:
        managed = False
        db_table = "people"
        app_label = "auth"

    def __str__(self) -> str:
        return self.name


class Case(models.Model):
    registry_number = models.CharField(max_length=40)
    title = models.CharField(max_length=300)
    phase = models.CharField(
        max_length=40,
        choices=[
            (code, code)
            for code in ("planning", "advertised", "evaluation", "standstill", "signing", "in_force", "ended")
        ],
    )
    phase_since_on = models.DateField()
    responsible = models.ForeignKey(Person, on_delete=models.DO_NOTHING)

    class Meta:
        managed = False
        db_table = "cases"
        app_label = "auth"


class Procurement(models.Model):
    case = models.OneToOneField(Case, on_delete=models.DO_NOTHING, primary_key=True, db_column="id")
    substance = models.CharField(max_length=300)
    atc_code = models.CharField(max_length=7)
    procedure = models.CharField(max_length=40)

    class Meta:
        managed = False
        db_table = "procurements"
        app_label = "auth"


@admin.register(Procurement)
class ProcurementAdmin(admin.ModelAdmin):
    """The same columns, page size, filter and searched fields as our list; supplier left out, in Django's favour."""

    list_display = ("number", "title", "phase", "phase_since_on", "substance", "atc_code", "procedure", "responsible")
    list_select_related = ("case", "case__responsible")
    list_filter = ("case__phase",)
    search_fields = ("case__title", "case__registry_number", "substance", "atc_code")
    list_per_page = 50
    ordering = ("-pk",)

    @admin.display(ordering="case__registry_number")
    def number(self, row: Procurement) -> str:
        return str(row.case.registry_number)

    @admin.display(ordering="case__title")
    def title(self, row: Procurement) -> str:
        return str(row.case.title)

    @admin.display(ordering="case__phase")
    def phase(self, row: Procurement) -> str:
        return str(row.case.get_phase_display())

    @admin.display(ordering="case__phase_since_on")
    def phase_since_on(self, row: Procurement) -> object:
        return row.case.phase_since_on

    @admin.display(ordering="case__responsible__name")
    def responsible(self, row: Procurement) -> str:
        return str(row.case.responsible)


urlpatterns = [path("admin/", admin.site.urls)]
application = get_wsgi_application()


def prepare() -> str:
    """Django's own tables, a superuser, and the key of a session of hers."""
    from django.contrib.auth import get_user_model
    from django.core.management import call_command
    from django.test import Client

    call_command("migrate", verbosity=0, interactive=False)
    user, _ = get_user_model().objects.get_or_create(username="bench", is_staff=True, is_superuser=True)
    client = Client()
    client.force_login(user)
    return str(client.cookies["sessionid"].value)


if __name__ == "__main__":
    sys.stdout.write(prepare())
