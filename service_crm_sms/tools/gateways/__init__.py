"""Kinds of SMS gateways, one small file each."""

from .sandbox import SandboxGateway
