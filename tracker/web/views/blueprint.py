"""The blueprint that the pages of this package hang on."""

from flask import Blueprint

blueprint = Blueprint("web", __name__)
