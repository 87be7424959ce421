from odoo.fields import Command

from odoo.addons.service_crm.tests.common import ServiceCommon


class RobotCommon(ServiceCommon):
    """Builders of robots; they run as the service administrator unless told."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.robots = cls.env["bpm.robot"]
        cls.robots.search([]).active = False  # those of the demo data

    @classmethod
    def build_robot(cls, **values):
        """A robot that waits for the phase *dispatch* of requests."""
        if values.get("trigger", "phase") == "phase":
            values.setdefault("phase", "dispatch")
        values.setdefault("user_id", cls.user_admin.id)
        return cls.robots.create(values)

    @classmethod
    def build_field_robot(cls, field_values, model="crm.lead", **values):
        """A robot that sets fields: ``{name: text}`` or ``{name: {line values}}``."""
        return cls.build_robot(
            kind="fields", value_ids=cls.build_lines(field_values, model), **values
        )

    @classmethod
    def build_lines(cls, field_values, model="crm.lead"):
        commands = []
        for name, line in field_values.items():
            field = cls.env["ir.model.fields"]._get(model, name)
            line = dict(line) if isinstance(line, dict) else {"value": line}
            if choice := line.pop("choice", None):
                line["value_selection_id"] = cls.get_choice(model, name, choice).id
            commands.append(Command.create({"field_id": field.id, **line}))
        return commands

    @classmethod
    def get_choice(cls, model, field, value):
        """The choice of a selection field."""
        return cls.env["ir.model.fields.selection"].search(
            [
                ("field_id", "=", cls.env["ir.model.fields"]._get(model, field).id),
                ("value", "=", value),
            ]
        )

    @classmethod
    def get_field(cls, model, field):
        return cls.env["ir.model.fields"]._get(model, field)

    @classmethod
    def build_new(cls, count=1, **values):
        """Requests in the phase *new*."""
        return cls.env["crm.lead"].create(
            [
                {
                    "name": f"Заявка {number}",
                    "team_id": cls.team.id,
                    "stage_id": cls.stages["new"].id,
                    **values,
                }
                for number in range(count)
            ]
        )

    def move(self, requests, phase="dispatch"):
        requests.write({"stage_id": self.stages[phase].id})

    def get_logs(self, robot, **values):
        domain = [("robot_id", "in", robot.ids)]
        domain += [(name, "=", value) for name, value in values.items()]
        return self.env["bpm.robot.log"].search(domain, order="id")
