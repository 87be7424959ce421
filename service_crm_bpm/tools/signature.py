"""Signed messages over the web: who holds the secret wrote exactly this, just now."""

import hashlib
import hmac
import time

MAX_AGE = 5 * 60  # seconds a signature is good for


def sign(secret, timestamp, body):
    """The signature of a message: HMAC-SHA256 of ``timestamp.body``.

    :param str secret: known to both sides
    :param str timestamp: seconds since 1970
    :param bytes body: the message
    """
    message = timestamp.encode() + b"." + body
    return "sha256=" + hmac.new(secret.encode(), message, hashlib.sha256).hexdigest()


def make_headers(body, delivery, secret):
    """The headers of a message that is sent; without a secret it is not signed."""
    headers = {
        "Content-Type": "application/json; charset=utf-8",
        "X-Service-Delivery": delivery,
    }
    if secret:
        timestamp = str(int(time.time()))
        headers["X-Service-Timestamp"] = timestamp
        headers["X-Service-Signature"] = sign(secret, timestamp, body)
    return headers


def check(secret, timestamp, body, signature):
    """What is wrong with a received message: ``""``, ``"signature"`` or ``"age"``."""
    wanted = sign(secret, timestamp, body).encode()
    if not secret or not hmac.compare_digest(wanted, signature.encode()):
        return "signature"
    if not timestamp.isdecimal() or abs(time.time() - int(timestamp)) > MAX_AGE:
        return "age"
    return ""
