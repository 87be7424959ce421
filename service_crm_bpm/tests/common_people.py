from odoo.fields import Command
from odoo.tests import new_test_user

from .common_process import ProcessCommon


class PeopleCommon(ProcessCommon):
    """A process Call → Visit whose stages have two people, A above B."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        group = "service_crm.group_service_manager"
        cls.user_a = new_test_user(cls.env, "person_a", groups=group, name="Анна")
        cls.user_b = new_test_user(cls.env, "person_b", groups=group, name="Борис")
        cls.people = cls.build_people(cls.user_a, cls.user_b)

    @classmethod
    def build_people(cls, *users):
        return [
            Command.create({"kind": "user", "user_id": user.id, "sequence": number})
            for number, user in enumerate(users)
        ]

    @classmethod
    def build_call(cls, **values):
        """Published: start → call (A, B) → visit (A, B) → end."""
        stage = {"kind": "work", "makes_task": False}
        return cls.publish(
            cls.build_process(
                stages={
                    "call": {**stage, "responsible_ids": cls.people, **values},
                    "visit": {**stage, "responsible_ids": cls.people},
                }
            )
        )

    def set_online(self, *users):
        presence = self.env["mail.presence"].sudo()
        presence.search([]).unlink()
        presence.create([{"user_id": u.id, "status": "online"} for u in users])
        self.env.invalidate_all()

    def get_notices(self, user):
        """Notices the user has got, those included that a job is about to send."""
        self.env["bpm.token"]._send_notices()
        return self.env["mail.message"].search(
            [
                ("message_type", "=", "user_notification"),
                ("partner_ids", "in", user.partner_id.ids),
            ]
        )

    def work(self, **values):
        """Published: start → work of A → end."""
        values.setdefault("responsible_mode", "first")
        values.setdefault("responsible_ids", self.build_people(self.user_a))
        stages = {"work": {"kind": "work", "name": "Звонок", **values}}
        return self.publish(self.build_process(stages=stages))
