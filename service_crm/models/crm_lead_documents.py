from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ..tools.document_set import is_there
from ..tools.locks import take_turns


class CrmLead(models.Model):
    """Service request: the documents of its set, made and looked after as one."""

    _inherit = "crm.lead"

    document_count = fields.Integer("Papers", compute="_compute_document_count")

    def _compute_document_count(self):
        counts = dict(
            self.env["service.document"]._read_group(
                [("request_id", "in", self.ids), ("state", "!=", "cancelled")],
                ["request_id"],
                ["__count"],
            )
        )
        for request in self:
            request.document_count = counts.get(request._origin, 0)

    # -- actions

    def action_make_documents(self):
        """Make the drafts of the set that are not there yet."""
        self._check_service_role("manager", "dispatcher")
        self.check_access("write")
        # Rights on the requests are checked; what is made follows from them.
        self.sudo()._make_documents()
        return True

    def action_issue_documents(self):
        """Issue the drafts that are ready; what the others lack is said."""
        self._check_service_role("manager", "dispatcher")
        self.check_access("write")
        drafts = self.document_ids.filtered(lambda d: d.state == "draft")
        # Only the problems are asked as the system; the step checks the rights anew.
        problems = drafts.sudo()._get_issue_problems()
        ready = drafts.filtered(lambda d: not problems[d])
        if not ready:
            drafts._raise_problems(problems)
            raise UserError(self.env._("There are no drafts to issue."))
        ready.action_issue()
        return ready._notify_issued(drafts - ready)

    def action_pass_documents(self):
        """The dispatcher passes the documents on: the manager settles them."""
        self._check_service_role("dispatcher")
        self.check_access("write")
        # Rights are checked; the order is the manager's, and files go to it.
        self.sudo()._pass_documents()
        return True

    def action_view_documents(self):
        """Open the documents of these requests."""
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "service_crm.action_service_documents"
        )
        action["domain"] = [("request_id", "in", self.ids)]
        action["context"] = {"default_request_id": self[:1].id}
        return action

    def _merge_dependences(self, opportunities):
        """Papers go along; the set stays that of the request that is kept."""
        result = super()._merge_dependences(opportunities)
        if self.is_service:
            # All that belongs to the merged requests, also what the user cannot see.
            tail = opportunities.sudo().with_context(active_test=False)
            tail.document_ids.write({"request_id": self.id})
        return result

    # -- what is there

    def _get_document_places(self):
        """``{request: {subject: [(request, visit, contract)]}}``: for what one document
        of each kind is made."""
        nowhere = self.env["service.work.order"]
        return {
            request: {
                "request": [(request, nowhere, request.contract_id)],
                "contract": [(request, nowhere, request.contract_id)],
                "work_order": [
                    (request, visit, request.contract_id)
                    for visit in request.work_order_ids.sorted("id")
                    if visit.state != "cancelled"
                ],
            }
            for request in self
        }

    def _get_present_documents(self):
        """The documents of these requests that count: ``{key: documents}``.

        A key is what :meth:`_get_document_key` gives for a place.
        """
        documents = self.env["service.document"].search(
            (
                Domain("request_id", "in", self.ids)
                | Domain("work_order_id.request_id", "in", self.ids)
                | Domain("contract_id", "in", self.contract_id.ids)
            )
            & Domain("state", "!=", "cancelled"),
            order="id",
        )
        found = {}
        for document in documents:
            type_id = document.type_id.id
            keys = {
                ("work_order", document.work_order_id.id),
                ("request", document.request_id.id),
                ("contract", document.contract_id.id),
            }
            for subject, record_id in keys:
                if record_id:
                    key = (type_id, subject, record_id)
                    found[key] = found.get(key, self.env["service.document"]) | document
        return found

    @api.model
    def _find_documents(self, present, rule, place):
        """The documents of one kind for one place."""
        request, visit, contract = place
        nothing = self.env["service.document"]
        if rule.subject == "work_order":
            return present.get((rule.id, "work_order", visit.id), nothing)
        found = present.get((rule.id, "request", request.id), nothing)
        if rule.subject == "contract" and contract:
            found |= present.get((rule.id, "contract", contract.id), nothing)
        return found

    # -- making

    def _make_documents(self, visits=None):
        """Make the drafts of the sets that are not there yet; nothing twice.

        :param visits: only those of these work orders
        :return: the new documents
        """
        self._check_documents_makable()
        take_turns(self)  # of two presses the second finds what the first made
        rules = self.env["service.document.type"]._get_type_rules()
        places = self._get_document_places()
        present = self._get_present_documents()
        values = []
        for request, kinds in self._get_document_sets().items():
            for rule in [rules[type_id] for type_id in kinds if type_id in rules]:
                for place in places[request][rule.subject]:
                    if visits is not None and place[1] not in visits:
                        continue
                    if not self._find_documents(present, rule, place):
                        kind = self.env["service.document.type"].browse(rule.id)
                        values.append(request._prepare_document_values(kind, place[1]))
        return self.env["service.document"].create(values)

    def _check_documents_makable(self):
        """Papers are made for somebody."""
        for request in self:
            if not request.partner_id:
                raise UserError(
                    self.env._(
                        "%(request)s has no customer yet. Say first who the customer "
                        "is: documents name him.",
                        request=request.display_name,
                    )
                )

    def _prepare_document_values(self, kind, visit):
        """Values of a draft of this request. Extension point.

        :param kind: ``service.document.type``
        :param visit: the work order it is about; empty for kinds per request
        """
        self.ensure_one()
        order = (
            visit.order_id
            or self._get_service_orders()[:1]
            or self.service_quotation_id
        )
        return {
            "type_id": kind.id,
            "company_id": (self.company_id or visit.company_id or order.company_id).id
            or self.env.company.id,
            "request_id": self.id,
            "work_order_id": visit.id,
            "order_id": order.id,
            "contract_id": self.contract_id.id,
            "partner_id": self.partner_id.id,
            "performer_id": visit.performer_id.id,
            "responsible_id": self._get_document_responsible(kind, visit).id,
        }

    def _get_document_responsible(self, kind, visit):
        """The user who prepares a document of this kind."""
        people = {
            "operator": self.operator_id,
            "performer": visit.performer_user_id,
            "dispatcher": visit.dispatcher_id or self.dispatcher_id,
            "manager": self._get_service_manager(),
        }
        return people[kind.preparer] or self._get_service_dispatcher() or self.env.user

    # -- what is missing

    def _get_step_obstacles(self, step):
        """Documents the set asks for before this step."""
        obstacles = super()._get_step_obstacles(step)
        key = self.env["service.document.type"]._get_step_key(self._name, step)
        if key:
            for request, missing in self._get_missing_documents(key).items():
                obstacles[request] += [sentence for _place, sentence in missing]
        return obstacles

    def _get_missing_documents(self, key=None, visits=None):
        """Required documents that are not there: ``{request: [(place, sentence)]}``.

        :param key: only those needed by this step (``_get_needed_by_steps``)
        :param visits: only those of these work orders
        """
        rules = self.env["service.document.type"]._get_type_rules()
        wanted = {
            request: found
            for request, kinds in self._get_document_sets().items()
            if (
                found := [
                    rules[type_id]
                    for type_id, is_required in kinds.items()
                    if is_required
                    and type_id in rules
                    and (key is None or rules[type_id].needed_by == key)
                ]
            )
        }
        missing = {request: [] for request in self}
        if not wanted:
            return missing
        requests = self.browse([request.id for request in wanted])
        places = requests._get_document_places()
        present = requests._get_present_documents()
        for request, needed in wanted.items():
            for rule in needed:
                for place in places[request][rule.subject]:
                    if visits is not None and place[1] and place[1] not in visits:
                        continue
                    documents = self._find_documents(present, rule, place)
                    if not any(
                        is_there(rule.needed_as, d.state, bool(d.scan_ids))
                        for d in documents
                    ):
                        sentence = self._get_missing_words(rule, place, documents)
                        missing[request].append((place, sentence))
        return missing

    def _get_missing_words(self, rule, place, documents):
        """One missing document in a sentence."""
        # What a kind of document is called is told to everybody.
        name = self.env["service.document.type"].browse(rule.id).sudo().name
        if rule.subject == "work_order" and place[1]:
            name = self.env._(
                "%(document)s for %(visit)s", document=name, visit=place[1].name
            )
        if not documents:
            return self.env._("“%(document)s” is missing.", document=name)
        if documents[-1].state == "draft":
            return self.env._("“%(document)s” is not issued yet.", document=name)
        return self.env._(
            "“%(document)s” is neither signed nor scanned.", document=name
        )

    # -- passing on

    def _pass_documents(self):
        """What the dispatcher holds goes to the manager, with files on the order."""
        missing = self._get_missing_documents()
        lines = [
            self.env._(
                "%(record)s: %(problem)s", record=r.display_name, problem=sentence
            )
            for r, found in missing.items()
            for _place, sentence in found
        ]
        if lines:
            raise UserError("\n".join(lines))
        take_turns(self)
        documents = self.env["service.document"].search(
            [
                ("request_id", "in", self.ids),
                ("state", "in", ("issued", "sent", "signed")),
            ]
        )
        held = documents.filtered(lambda document: document.holder == "dispatcher")
        if not held:
            raise UserError(
                self.env._(
                    "You hold no issued documents of %(numbers)s to pass on to the "
                    "manager.",
                    numbers=", ".join(self._get_service_numbers()),
                )
            )
        held._check_hand_over()
        held.write({"holder": "manager"})
        documents._copy_files_to_orders()
        for request, papers in held.grouped("request_id").items():
            request._tell_manager_of_documents(papers)

    def _tell_manager_of_documents(self, documents):
        """One to-do for the manager, however often something is passed on."""
        kind = self.env.ref("service_crm.mail_activity_documents")
        note = documents._get_html_list()
        manager = self._get_service_manager()
        present = self.activity_ids.filtered(lambda a: a.activity_type_id == kind)
        if present:
            present[0].note = (present[0].note or "") + note
            return
        self._schedule_service_activities(
            "service_crm.mail_activity_documents", lambda request: note, user=manager
        )
