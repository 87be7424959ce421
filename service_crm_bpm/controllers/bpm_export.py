import json

from odoo.http import Controller, content_disposition, request, route
from odoo.tools import json_default


class BpmExport(Controller):
    @route("/bpm/export", type="http", auth="user", methods=["GET"], readonly=True)
    def export_runs(self, ids=""):
        """The protocols of runs as a file, with the rights of who asks."""
        numbers = [int(part) for part in ids.split(",") if part.isdecimal()]
        runs = request.env["bpm.instance"].browse(numbers).exists()
        runs._check_export()
        text = json.dumps(
            runs._export_runs(), default=json_default, ensure_ascii=False, indent=1
        )
        return request.make_response(
            text,
            [
                ("Content-Type", "application/json; charset=utf-8"),
                ("Content-Disposition", content_disposition("processes.json")),
            ],
        )
