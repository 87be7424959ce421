"""Role × model × operation for what processes are made of."""

from odoo.fields import Command

from odoo.addons.service_crm.tests.common_rights import RightsCommon

from .common_process import ProcessCommon

DRAFT = "admin rwcd"
EVERYBODY = "operator manager dispatcher performer user r"
RIGHTS = {
    "draft": DRAFT,
    "lane": DRAFT,
    "variable": DRAFT,
    "stage": DRAFT,
    "checklist": DRAFT,
    "responsible": DRAFT,
    "way": DRAFT,
    "test": DRAFT,
    "published process": f"{EVERYBODY}, admin rwc",
    "process of another company": "",
    "stage of another company": "",
}


class TestRightsDefinition(RightsCommon, ProcessCommon):
    def test_roles_models_operations(self):
        draft = self._build_full()
        published = self.publish(self._build_full())
        company = self.env["res.company"].create({"name": "Другая компания"})
        foreign = self._build_full()
        foreign.company_id = company
        stage = draft.stage_ids[1]
        process = {"name": "Процесс", "user_id": self.user_admin.id}
        part = {"process_id": draft.id, "name": "Часть"}
        of_stage = {"stage_id": stage.id, "name": "Пункт"}
        way = {"source_id": stage.id, "target_id": draft.stage_ids[2].id}
        foreign_part = {"process_id": foreign.id, "name": "Часть"}
        renamed = {"name": "Иначе"}
        self.check_table(
            RIGHTS,
            {
                "draft": (draft, renamed, process),
                "lane": (draft.lane_ids, renamed, part),
                "variable": (draft.variable_ids, renamed, {**part, "key": "price"}),
                "stage": (stage, renamed, part),
                "checklist": (stage.check_ids, renamed, of_stage),
                "responsible": (
                    stage.responsible_ids,
                    {"kind": "initiator"},
                    {"stage_id": stage.id, "kind": "previous"},
                ),
                "way": (draft.transition_ids[0], renamed, way),
                "test": (
                    self.env["bpm.process.test"].create(part),
                    renamed,
                    part,
                ),
                "published process": (published, {"sequence": 3}, process),
                "process of another company": (
                    foreign,
                    renamed,
                    {**process, "company_id": company.id},
                ),
                "stage of another company": (
                    foreign.stage_ids[1],
                    renamed,
                    foreign_part,
                ),
            },
        )

    def test_everybody_reads_what_is_published(self):
        process = self.publish(self._build_full())
        stage = process.stage_ids[1]
        for records in (
            stage,
            stage.check_ids,
            stage.responsible_ids,
            process.lane_ids,
            process.variable_ids,
            process.transition_ids,
        ):
            found = {
                role: self.ask_operations(role, records, {"sequence": 3}, {})
                for role in (*EVERYBODY.split()[:-1], "portal", "public")
            }
            expected = dict.fromkeys(EVERYBODY.split()[:-1], "r")
            self.assertEqual(found, {**expected, "portal": "", "public": ""})

    def _build_full(self):
        return self.build_process(
            stages={
                "call": {
                    "kind": "work",
                    "check_ids": [Command.create({"name": "Адрес"})],
                    "responsible_ids": [Command.create({"kind": "initiator"})],
                }
            },
            lane_ids=[Command.create({"name": "Оператор"})],
            variable_ids=[Command.create({"name": "Скидка", "key": "discount"})],
        )
