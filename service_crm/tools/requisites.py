"""Numbers by which Russian and Ukrainian companies are known. No ORM."""

import re

from stdnum.ru import inn, ogrn
from stdnum.ua import edrpou, rntrc

NONE = "/"  # how Odoo writes that there is no number
KPP = re.compile(r"\d{4}[0-9A-Z]{2}\d{3}")


def compact(number):
    """The number without spaces and hyphens; empty when there is none."""
    number = re.sub(r"[\s\-]", "", number or "").upper()
    return "" if number == NONE else number


def is_person_inn(number):
    """Whether the INN is a person's: entrepreneurs have twelve digits."""
    return len(compact(number)) == 12


def check_ru(vat, registry, kpp):
    """What is wrong with the numbers of a Russian customer.

    :return: ``{field: kind}``, field one of ``vat``, ``company_registry``, ``kpp``,
        kind ``inn_format``, ``inn_digits``, ``ogrn_format``, ``ogrn_digits``,
        ``kpp_format`` or ``kpp_person``
    """
    wrong = {}
    vat, registry, kpp = compact(vat), compact(registry), compact(kpp)
    if vat and not (vat.isascii() and vat.isdigit() and len(vat) in (10, 12)):
        wrong["vat"] = "inn_format"
    elif vat and not inn.is_valid(vat):
        wrong["vat"] = "inn_digits"
    if registry and not (
        registry.isascii() and registry.isdigit() and len(registry) in (13, 15)
    ):
        wrong["company_registry"] = "ogrn_format"
    elif registry and not ogrn.is_valid(registry):
        wrong["company_registry"] = "ogrn_digits"
    if kpp and not KPP.fullmatch(kpp):
        wrong["kpp"] = "kpp_format"
    elif kpp and is_person_inn(vat):
        wrong["kpp"] = "kpp_person"
    return wrong


def check_ua(registry):
    """What is wrong with the number of a Ukrainian customer.

    :return: ``{"company_registry": kind}``, kind ``edrpou_format`` or
        ``edrpou_digits``; persons have ten digits (RNTRC) instead of eight
    """
    registry = compact(registry)
    if not registry:
        return {}
    if not (registry.isascii() and registry.isdigit() and len(registry) in (8, 10)):
        return {"company_registry": "edrpou_format"}
    valid = edrpou.is_valid if len(registry) == 8 else rntrc.is_valid
    return {} if valid(registry) else {"company_registry": "edrpou_digits"}
