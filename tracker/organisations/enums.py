"""Kinds of organisation."""

from enum import StrEnum


class OrganisationKind(StrEnum):
    """What an organisation is in the model."""

    REGION = "region"
    ASSOCIATION = "association"
    CENTRAL_PURCHASING_BODY = "central_purchasing_body"
    BODY = "body"
    SUPPLIER = "supplier"
    EVALUATION_PROVIDER = "evaluation_provider"
    OTHER = "other"


# Codes of organisations that the application itself refers to.
SKL = "skl"
SKL_KOMMENTUS = "skl-kommentus"
UNSTATED_SUPPLIER = "unstated-supplier"
STEERING_GROUP = "steering-group"
HEALTH_CARE_DELEGATION = "health-care-delegation"
