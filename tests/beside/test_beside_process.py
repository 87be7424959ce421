"""Processes in a company that has projects."""

from odoo.tests import tagged

from odoo.addons.service_crm.tests.common import requirement
from odoo.addons.service_crm_bpm.tests.common_process import ProcessCommon


@tagged("post_install", "-at_install")
class TestBesideProcess(ProcessCommon):
    @requirement("R215")
    def test_the_paid_advance_makes_a_project_after_the_template(self):
        template = self.env["project.project"].create(
            {"name": "Внедрение", "is_template": True}
        )
        self.env["project.task"].create(
            [
                {"name": name, "project_id": template.id}
                for name in ("Обследование", "Обучение")
            ]
        )
        process = self.build_process(
            model="sale.order",
            stages={
                "advance": {"kind": "event", "event_kind": "payment"},
                "realise": "automatic",
                "end": "end",
            },
        )
        name = self.get_field("project.project", "name")
        self.build_robot(
            trigger="process",
            process_stage_id=self.get_stage(process, "realise").id,
            kind="create",
            create_model_id=self.env["ir.model"]._get_id("project.project"),
            create_template_ref=f"project.project,{template.id}",
            create_once=True,
            value_ids=[
                (0, 0, {"field_id": name.id, "value": "Внедрение для {{partner_id}}"})
            ],
        )
        # who makes projects: the process runs with the rights of this user
        self.user_admin.group_ids += self.env.ref("project.group_project_manager")
        order = self.env["sale.order"].create(
            {"partner_id": self.customer.id, "user_id": self.user_admin.id}
        )
        run = self.start(self.publish(process), order, self.user_manager)
        project = self.env["project.project"].search(
            [("name", "ilike", "Внедрение для")]
        )
        self.assertFalse(project)
        self.complete(run, "advance")
        self.assertEqual(run.state, "done", run.token_ids.mapped("error"))
        project = self.env["project.project"].search(
            [("name", "ilike", "Внедрение для")]
        )
        self.assertEqual(len(project), 1)
        self.assertFalse(project.is_template)
        self.assertEqual(
            sorted(project.task_ids.mapped("name")), ["Обследование", "Обучение"]
        )
