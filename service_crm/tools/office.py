"""DOCX to PDF by LibreOffice, where it is installed."""

import contextlib
import os
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path

SECONDS = 60


class OfficeError(Exception):
    """LibreOffice could not make a PDF."""


def find_office():
    """Path of LibreOffice; ``None`` when it is not installed."""
    return shutil.which("soffice") or shutil.which("libreoffice")


def convert(documents):
    """PDF of each DOCX, by one start of LibreOffice.

    :param documents: list of DOCX as bytes
    :return: list of PDF as bytes
    :raise OfficeError: when there is no LibreOffice, it fails or takes too long
    """
    office = find_office()
    if not office:
        raise OfficeError("LibreOffice is not installed")
    with tempfile.TemporaryDirectory(prefix="service_docx_") as folder:
        sources = []
        for number, content in enumerate(documents):
            source = Path(folder, f"{number}.docx")
            source.write_bytes(content)
            sources.append(source)
        command = [
            office,
            # A profile of its own: two at a time would wait for each other.
            f"-env:UserInstallation={Path(folder, 'profile').as_uri()}",
            "--headless",
            "--norestore",
            "--nolockcheck",
            "--convert-to",
            "pdf:writer_pdf_Export",
            "--outdir",
            folder,
            *map(str, sources),
        ]
        try:
            _run(command, folder, SECONDS + 5 * len(documents))
            return [source.with_suffix(".pdf").read_bytes() for source in sources]
        except (OSError, subprocess.SubprocessError) as error:
            raise OfficeError(str(error)) from error


def _run(command, folder, seconds):
    """Run a program and, when it takes too long, end all it started."""
    with subprocess.Popen(
        command,
        cwd=folder,
        env={"HOME": folder, "PATH": "/usr/local/bin:/usr/bin:/bin"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    ) as process:
        try:
            status = process.wait(seconds)
        except BaseException:
            # LibreOffice is a script that starts the office: both have to go.
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            raise
    if status:
        raise subprocess.CalledProcessError(status, command)
