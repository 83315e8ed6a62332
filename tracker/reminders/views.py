"""Holds the templates of mails and of the case page's section; reminders have no page of their own."""

from flask import Blueprint

blueprint = Blueprint("reminders", __name__, template_folder="templates")
