from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import SQL

from ..tools.duration import describe_hours


class CrmLead(models.Model):
    """Service request: requests that belong to it, and the time of all of them."""

    _inherit = "crm.lead"

    service_main_id = fields.Many2one(
        "crm.lead",
        "Main Request",
        compute="_compute_service_main_id",
        recursive=True,
        help="The request at the top that this one belongs to.",
    )
    service_hours_own = fields.Float("Own Hours", compute="_compute_service_hours")
    service_hours_children = fields.Float(
        "Hours of Subordinate Requests", compute="_compute_service_hours"
    )
    service_hours_total = fields.Float(
        "Hours in All", compute="_compute_service_hours", recursive=True
    )
    service_hours_text = fields.Char("Time Spent", compute="_compute_service_hours")
    service_child_count = fields.Integer(
        "Subordinate", compute="_compute_service_child_count"
    )

    @api.depends("service_parent_id.service_main_id")
    def _compute_service_main_id(self):
        for lead in self:
            parent = lead.service_parent_id
            lead.service_main_id = parent.service_main_id or parent

    @api.depends("service_child_ids")
    def _compute_service_child_count(self):
        for lead in self:
            lead.service_child_count = len(lead.service_child_ids)

    @api.depends(
        "work_order_ids.actual_start",
        "work_order_ids.actual_end",
        "work_order_ids.state",
        "service_child_ids.service_hours_total",
    )
    @api.depends_context("lang")
    def _compute_service_hours(self):
        """Hours of finished visits: own ones, and those of all below, in one query."""
        hours = self._get_worked_hours()
        for lead in self:
            own, below = hours.get(lead._origin.id, (0.0, 0.0))
            lead.service_hours_own = own
            lead.service_hours_children = below
            lead.service_hours_total = own + below
            lead.service_hours_text = bool(below) and self.env._(
                "%(total)s: own %(own)s, subordinate requests %(below)s",
                total=describe_hours(self.env, own + below),
                own=describe_hours(self.env, own),
                below=describe_hours(self.env, below),
            )

    def _get_worked_hours(self):
        """``{id: (own hours, hours of all requests below)}``.

        Whoever sees a request may know how long the work below it took, whose ever it
        was.
        """
        if not self.ids:
            return {}
        self.env["crm.lead"].flush_model(["service_parent_id"])
        self.env["service.work.order"].flush_model(
            ["request_id", "actual_start", "actual_end", "state"]
        )
        rows = self.env.execute_query(
            SQL(
                """
                WITH RECURSIVE tree (root, id) AS (
                    SELECT id, id FROM crm_lead WHERE id IN %(ids)s
                     UNION
                    SELECT tree.root, child.id
                      FROM tree JOIN crm_lead child ON child.service_parent_id = tree.id
                )
                SELECT tree.root, tree.root = tree.id,
                       sum(EXTRACT(EPOCH FROM visit.actual_end - visit.actual_start))
                           / 3600.0
                  FROM tree JOIN service_work_order visit ON visit.request_id = tree.id
                 WHERE visit.actual_end > visit.actual_start
                   AND visit.state <> 'cancelled'
              GROUP BY tree.root, tree.root = tree.id
                """,
                ids=tuple(self.ids),
            )
        )
        hours = {}
        for root, is_own, worked in rows:
            own, below = hours.get(root, (0.0, 0.0))
            if is_own:
                own = float(worked)
            else:
                below = float(worked)
            hours[root] = own, below
        return hours

    @api.constrains("service_parent_id")
    def _check_parent_cycle(self):
        """Walked up by what is in memory: Odoo's own check asks for each request."""
        # Whoever links two requests need not see the others of the family.
        for lead in self.sudo():
            above = lead.service_parent_id
            seen = set()
            while above and above.id not in seen:
                if above == lead:
                    raise ValidationError(
                        self.env._(
                            "A request cannot belong to itself, nor to one below it."
                        )
                    )
                seen.add(above.id)
                above = above.service_parent_id

    def _merge_dependences(self, opportunities):
        """What belongs to merged requests belongs to the one that is kept."""
        result = super()._merge_dependences(opportunities)
        if self.is_service:
            # All that belongs to the merged requests, also what the user cannot see.
            tail = opportunities.sudo().with_context(active_test=False)
            children = tail.service_child_ids - self - tail
            children.write({"service_parent_id": self.id})
        return result

    # Steps

    def action_make_child(self):
        """Ask what the subordinate request is about, then make it."""
        self.ensure_one()
        self._check_may_make_child()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Subordinate Request"),
            "res_model": "service.request.child",
            "view_mode": "form",
            "target": "new",
            "context": {"default_parent_id": self.id},
        }

    def action_view_people_load(self):
        """The load of the people who work on these requests and those below."""
        self.check_access("read")
        self.env["service.load.report"].check_access("read")
        mains = self.service_main_id | self.filtered(lambda r: not r.service_main_id)
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "service_crm.action_service_load_report"
        )
        action["domain"] = [("main_request_id", "in", mains.ids)]
        action["context"] = {
            "pivot_row_groupby": ["resource_id", "request_id"],
            "pivot_column_groupby": ["date:week"],
            "pivot_measures": ["planned_hours", "done_hours"],
        }
        action["views"] = [(False, "pivot"), (False, "graph"), (False, "list")]
        return action

    def _check_may_make_child(self):
        """Whoever works on open requests may make further ones below them."""
        self._check_service_role("operator", "manager", "dispatcher")
        self.check_access("write")
        for lead in self:
            if not lead.is_service or not lead.active or lead.service_phase == "done":
                raise UserError(
                    self.env._(
                        "%(request)s is finished: nothing is made below it.",
                        request=lead.display_name,
                    )
                )

    def _prepare_child_request_values(self, team, name, description, line=None):
        """Values of a subordinate request. Extension point.

        :param team: the team responsible for it
        :param line: the requested service it is about, if it is one of this request
        """
        self.ensure_one()
        return {
            "name": name,
            "service_parent_id": self.id,
            "team_id": team.id,
            "company_id": self.company_id.id,
            "service_need": description,
            "service_channel": "manual",
            "partner_id": self.partner_id.id,
            "site_id": self.site_id.id,
            "contact_name": self.contact_name,
            "phone": self.phone,
            "email_from": self.email_from,
            "wished_start": self.wished_start,
            "wished_end": self.wished_end,
            "priority": self.priority,
        }

    def _make_child(self, team, name, description, line=None):
        """Make a subordinate request; the service it is about moves to it.

        A service the customer already has an offer for stays where it is sold.
        """
        values = self._prepare_child_request_values(team, name, description, line)
        child = self.create([values])
        if line and line.sale_state in (False, "cancel"):
            (line | line.component_line_ids).write({"request_id": child.id})
            child._assign_by_rules()
        self._message_log(
            body=self.env._(
                "Subordinate request: %(child)s, %(team)s.",
                child=child.display_name,
                team=team.name,
            )
        )
        return child
