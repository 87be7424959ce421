"""Answers of services that are known only by a description: JSON, XML or text."""

import json
import math

from lxml import etree

STATES = ("sent", "delivered", "failed", "temporary")


def read_answer(text):
    """An answer as nested dicts and lists, or the text itself.

    ::

        >>> read_answer('{"messages": [{"id": 7}]}')
        {'messages': [{'id': 7}]}
        >>> read_answer("<r><id>7</id></r>")
        {'r': {'id': '7'}}
        >>> read_answer("OK 7")
        'OK 7'
    """
    text = text.strip()
    if text.startswith(("{", "[")):
        try:
            return json.loads(text)
        except ValueError:
            return text
    if text.startswith("<"):
        try:
            root = etree.fromstring(text.encode(), get_parser())
        except etree.XMLSyntaxError:
            return text
        if root.getroottree().docinfo.doctype:
            return text
        return {etree.QName(root).localname: read_element(root)}
    return text


def get_parser():
    """A parser that fetches and expands nothing."""
    return etree.XMLParser(resolve_entities=False, no_network=True, recover=False)


def read_element(element):
    """An element of XML: its text, or its parts and attributes by name."""
    values = dict(element.attrib)
    for child in element:
        if isinstance(child.tag, str):
            name, value = etree.QName(child).localname, read_element(child)
            if name in values:
                known = values[name]
                value = (known if isinstance(known, list) else [known]) + [value]
            values[name] = value
    return values or (element.text or "").strip()


def get_value(answer, path):
    """The value at a path like ``messages.0.id``, as text; empty: there is none.

    ::

        >>> get_value({"messages": [{"id": 7}]}, "messages.0.id")
        '7'
        >>> get_value("OK 7", "2")
        '7'

    In a text the path is the number of the word, counted from one.
    """
    if not path:
        return ""
    if isinstance(answer, str):
        words = answer.replace(",", " ").replace(";", " ").replace(":", " ").split()
        number = int(path) if path.isdecimal() else 0
        return words[number - 1] if 0 < number <= len(words) else ""
    for name in path.split("."):
        if isinstance(answer, list):
            answer = answer[int(name)] if is_index(name, answer) else None
        elif isinstance(answer, dict):
            answer = answer.get(name)
        elif name != "0":  # one part where others have several
            answer = None
        if answer is None:
            return ""
    if isinstance(answer, bool):
        return str(answer).lower()
    return "" if isinstance(answer, dict | list) else str(answer)


def is_index(name, items):
    return name.isdecimal() and int(name) < len(items)


def read_states(text):
    """A map of states as people write it, one a line.

    ::

        >>> read_states("DELIVRD = delivered")
        {'delivrd': ('delivered', '')}
        >>> read_states("NO_MONEY = failed account")
        {'no_money': ('failed', 'account')}

    :raise ValueError: with the line that cannot be read
    """
    states = {}
    for line in text.splitlines():
        if not line.strip():
            continue
        name, sign, meaning = line.rpartition("=")
        state, _space, reason = meaning.strip().partition(" ")
        if not sign or not name.strip() or state not in STATES:
            raise ValueError(line.strip())
        states[name.strip().lower()] = (state, reason.strip())
    return states


def read_pairs(text, sign):
    """Lines ``name<sign>value`` as a list of pairs.

    :raise ValueError: with the line that cannot be read
    """
    pairs = []
    for line in text.splitlines():
        if not line.strip():
            continue
        name, found, value = line.partition(sign)
        if not found or not name.strip():
            raise ValueError(line.strip())
        pairs.append((name.strip(), value.strip()))
    return pairs


def read_price(value):
    """A price, however it is written; None: none.

    ::

        >>> read_price("-0,045")
        0.045
    """
    try:
        price = abs(float(str(value).replace(",", ".")))
    except ValueError:
        return None
    return price if math.isfinite(price) else None
