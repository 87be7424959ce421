"""A mail server on loopback that keeps what Odoo sends: PORT FOLDER."""

import re
import sys
import time
from pathlib import Path

from aiosmtpd.controller import Controller


class Keep:
    """Writes each message as one .eml file."""

    def __init__(self, folder):
        self.folder = folder
        self.count = 0

    async def handle_DATA(self, _server, _session, envelope):
        self.count += 1
        to = re.sub(r"[^\w.@+-]", "_", envelope.rcpt_tos[0])
        name = f"{time.strftime('%Y%m%d-%H%M%S')}-{self.count:04}-{to}.eml"
        (self.folder / name).write_bytes(envelope.original_content)
        return "250 kept"


def main(port, folder):
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    Controller(Keep(folder), hostname="127.0.0.1", port=int(port)).start()
    while True:
        time.sleep(3600)


if __name__ == "__main__":
    main(*sys.argv[1:])
