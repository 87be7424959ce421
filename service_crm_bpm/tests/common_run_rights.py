"""Rows of the tables of rights: runs as people see them."""

from odoo.fields import Command

from .common_process import ProcessCommon

STAFF = "operator manager dispatcher admin"
EMPLOYEES = "operator manager dispatcher performer admin user"

CARD_RIGHTS = {
    "link of a run": f"{STAFF} rcd",
    "start card": f"{EMPLOYEES} rwcd",
    "link of a start card": f"{EMPLOYEES} rwcd",
    "planned and actual time": f"{STAFF} r",
}
CARD_STEPS = [
    ("bpm.instance", "action_open_document", "run", STAFF),
    ("bpm.instance", "action_open_links", "run", STAFF),
    ("bpm.instance", "action_open_children", "run", STAFF),
    ("bpm.instance", "action_open_parent", "child", STAFF),
    ("bpm.instance", "action_open_stages", "run", STAFF),
    ("bpm.instance", "action_start_new", "no_run", EMPLOYEES),
    ("bpm.token", "action_seen", "token", STAFF),
    ("bpm.token", "action_open_card", "token", STAFF),
    ("bpm.token", "action_open_journal", "token", STAFF),
    ("bpm.token", "action_get_waiting", "nothing", EMPLOYEES),
    ("bpm.process", "action_open_start", "startable", EMPLOYEES),
    ("bpm.start", "action_start", "start", "operator manager dispatcher admin"),
    ("bpm.time.report", "action_open_card", "time", STAFF),
    ("crm.lead", "action_open_processes", "request_of_run", STAFF),
    ("sale.order", "action_open_processes", "order", STAFF),
    ("res.partner", "action_open_processes", "partner", EMPLOYEES),
    ("service.work.order", "action_open_processes", "visit_of_run", STAFF),
    ("account.move", "action_open_processes", "invoice", "manager dispatcher admin"),
    ("service.contract", "action_open_processes", "contract", STAFF),
    ("service.document", "action_open_processes", "paper", STAFF),
]


class RunRightsCommon(ProcessCommon):
    """Runs of the dispatcher, started by him, about requests everybody but the
    performer sees."""

    def _get_card_subjects(self):
        run = self._build_run()
        link = self.env["bpm.instance.link"].create(
            {"instance_id": run.id, "document": f"res.partner,{self.customer.id}"}
        )
        other = f"res.partner,{self.company_customer.id}"
        start = self._build_start()
        return {
            "link of a run": (link, None, {"instance_id": run.id, "document": other}),
            "start card": (start, {"note": "Звонить"}, {"note": "Звонить"}),
            "link of a start card": (
                start.link_ids,
                {"document": other},
                {"start_id": start.id, "document": other},
            ),
            "planned and actual time": (self._build_time(), None, None),
        }

    def _build_run(self):
        process = self.publish(self.build_process(stages={"call": "work"}))
        run = self.start(process, self.build_new(partner_id=self.customer.id))
        return run.sudo(False)

    def _build_no_run(self):
        self._build_startable()
        return self.env["bpm.instance"]

    def _build_nothing(self):
        return None

    def _build_child(self):
        run = self._build_run()
        run.sudo().parent_id = self._build_run()
        return run

    def _build_token(self):
        return self.get_open(self._build_run())

    def _build_time(self):
        run = self._build_run()
        token = self.get_open(run)
        token.sudo().user_id = self.user_dispatcher
        self.complete(run, "call")
        return self.env["bpm.time.report"].browse(token.id)

    def _build_startable(self):
        return self.publish(self.build_process(stages={"call": "work"}))

    def _build_start(self):
        request = self.build_new()
        return self.env["bpm.start"].create(
            {
                "process_id": self._build_startable().id,
                "res_id": request.id,
                "link_ids": [
                    Command.create({"document": f"res.partner,{self.customer.id}"})
                ],
            }
        )

    def _build_request_of_run(self):
        run = self._build_run()
        return self.env["crm.lead"].browse(run.res_id)

    def _build_order(self):
        return self.env["sale.order"].create(
            {"partner_id": self.customer.id, "opportunity_id": self.build_new().id}
        )

    def _build_partner(self):
        return self.customer

    def _build_visit_of_run(self):
        return self.build_work_order()

    def _build_invoice(self):
        return self.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": self.customer.id,
                "invoice_user_id": False,
            }
        )

    def _build_contract(self):
        return self.env["service.contract"].create(
            {
                "subject": "Обслуживание",
                "partner_id": self.company_customer.id,
                "date_start": "2026-01-01",
            }
        )

    def _build_paper(self):
        return self.env["service.document"].create(
            {
                "type_id": self.env["service.document.type"].search([], limit=1).id,
                "partner_id": self.customer.id,
            }
        )
