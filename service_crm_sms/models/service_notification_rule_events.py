from odoo import api, models

# States of a visit that is to come.
AHEAD = ("offered", "assigned", "on_the_way")


class ServiceNotificationRule(models.Model):
    """Message rules: what they may react to."""

    _inherit = "service.notification.rule"

    @api.model
    def _get_events(self):
        """What a rule may react to: ``{key: {...}}``.

        Registry and extension point. An event is one of:

        - an entry of the phase log: ``model``, ``field`` and ``value`` (for stages: the
          phase); without ``value`` every value counts, but not that the field was
          emptied. ``moved``: only when there was another value before. ``holds``: the
          values, by field, with which a message that had to wait is true even then.
        - a date (``date``: true): ``model`` and ``field``, and what a new rule proposes
          (``date_number``, ``date_unit``, ``date_side``, ``yearly``). Without ``field``
          every day. ``filter``: a method that keeps the records there is something to
          tell about.
        - something that is told by a call of ``_action_tell``.
        """
        return {
            **self._get_request_events(),
            **self._get_visit_events(),
            **self._get_paper_events(),
            **self._get_date_events(),
            "called": {"name": self.env._("An action or process asks for it")},
        }

    @api.model
    def _get_request_events(self):
        """What happens to a request."""
        request = {"model": "crm.lead", "field": "stage_id"}
        rating = {"model": "crm.lead", "field": "service_rating_state"}
        payment = {"model": "crm.lead", "field": "service_payment_state"}
        return {
            "request_received": {
                "name": self.env._("A request is received"),
                **request,
                "value": "new",
            },
            "request_qualification": {
                "name": self.env._("A new customer goes to the manager"),
                **request,
                "value": "qualification",
            },
            "request_dispatch": {
                "name": self.env._("A request goes to the dispatcher"),
                **request,
                "value": "dispatch",
            },
            "request_agreed": {
                "name": self.env._("The order is agreed"),
                **request,
                "value": "agreed",
            },
            "request_execution": {
                "name": self.env._("The work begins"),
                **request,
                "value": "execution",
            },
            "request_ready": {
                "name": self.env._("All work is done"),
                **request,
                "value": "closing",
            },
            "request_done": {
                "name": self.env._("A request is closed"),
                **request,
                "value": "done",
            },
            "request_stage": {
                "name": self.env._("A request enters the stage"),
                **request,
            },
            "request_left": {
                "name": self.env._("A request leaves the stage"),
                **request,
                "left": True,
            },
            "payment_due": {
                "name": self.env._("An invoice is to be paid"),
                **payment,
                "value": "to_pay",
                "holds": {"service_payment_state": ("to_pay",)},
            },
            "payment_received": {
                "name": self.env._("The request is paid"),
                **payment,
                "value": "paid",
            },
            "question_asked": {
                "name": self.env._("The office has a question to the customer"),
                "model": "crm.lead",
                "field": "question_state",
                "value": "asked",
                "holds": {"question_state": ("asked",)},
            },
            "question_answered": {
                "name": self.env._("The customer answered the questions"),
                "model": "crm.lead",
                "field": "question_state",
                "value": "answered",
            },
            "rating_asked": {
                "name": self.env._("The customer may rate the job"),
                **rating,
                "value": "asked",
                "holds": {"service_rating_state": ("asked",)},
            },
            "rated": {
                "name": self.env._("The customer rated the job"),
                **rating,
                "value": "rated",
            },
        }

    @api.model
    def _get_visit_events(self):
        """What happens to a visit."""
        visit = {"model": "service.work.order", "field": "state"}
        slot = {"model": "service.work.order", "field": "slot_state"}
        offer = {"model": "service.work.order.offer", "field": "state"}
        return {
            "work_offered": {
                "name": self.env._("A job is offered"),
                **visit,
                "value": "offered",
                "holds": {"state": ("offered",)},
            },
            "job_asked": {
                "name": self.env._("A job is offered to several"),
                **offer,
                "value": "open",
                "holds": {"state": ("open",)},
            },
            "job_lost": {
                "name": self.env._("An offered job is given to another"),
                **offer,
                "value": "lost",
            },
            "job_withdrawn": {
                "name": self.env._("The offer of a job is withdrawn"),
                **offer,
                "value": "withdrawn",
            },
            "performer_assigned": {
                "name": self.env._("A performer is assigned"),
                **visit,
                "value": "assigned",
                "holds": {"state": ("assigned",)},
            },
            "slot_fixed": {
                "name": self.env._("The time of a visit is fixed"),
                **slot,
                "value": "fixed",
                "holds": {"slot_state": ("fixed",), "state": AHEAD},
            },
            "slot_moved": {
                "name": self.env._("A visit is moved"),
                "model": "service.work.order",
                "field": "date_start",
                "moved": True,
                "holds": {"state": AHEAD},
            },
            "on_the_way": {
                "name": self.env._("The performer is on the way"),
                **visit,
                "value": "on_the_way",
                "holds": {"state": ("on_the_way",)},
            },
            "work_started": {
                "name": self.env._("A visit begins"),
                **visit,
                "value": "in_progress",
            },
            "work_done": {
                "name": self.env._("A visit is done"),
                **visit,
                "value": "done",
            },
            "work_closed": {
                "name": self.env._("A work order is closed"),
                **visit,
                "value": "closed",
            },
            "work_cancelled": {
                "name": self.env._("A visit is cancelled"),
                **visit,
                "value": "cancelled",
                "holds": {"state": ("cancelled",)},
            },
        }

    @api.model
    def _get_paper_events(self):
        """What happens to a document, a contract, a planned payment."""
        document = {"model": "service.document", "field": "state"}
        contract = {"model": "service.contract", "field": "state"}
        return {
            "document_ready": {
                "name": self.env._("A document is ready"),
                **document,
                "value": "issued",
            },
            "document_signed": {
                "name": self.env._("A document is signed"),
                **document,
                "value": "signed",
            },
            "contract_active": {
                "name": self.env._("A contract comes into force"),
                **contract,
                "value": "active",
            },
            "contract_expired": {
                "name": self.env._("A contract has ended"),
                **contract,
                "value": "expired",
            },
        }

    @api.model
    def _get_date_events(self):
        """Dates that come."""
        days = {"date": True, "date_unit": "days", "date_side": "before"}
        hours = {"date": True, "date_unit": "hours", "date_side": "before"}
        return {
            "visit_near": {
                "name": self.env._("A visit is near"),
                "model": "service.work.order",
                "field": "date_start",
                **hours,
                "date_number": 24,
            },
            "deadline_near": {
                "name": self.env._("The deadline of a request is near"),
                "model": "crm.lead",
                "field": "service_due",
                **hours,
                "date_number": 4,
            },
            "maintenance_due": {
                "name": self.env._("Maintenance is due"),
                "model": "crm.lead",
                "field": "maintenance_date",
                **days,
                "date_number": 7,
            },
            "follow_up_due": {
                "name": self.env._("The next service may be wanted"),
                "model": "crm.lead",
                "field": "service_follow_up_date",
                **days,
                "date_number": 0,
            },
            "contract_end": {
                "name": self.env._("A contract ends"),
                "model": "service.contract",
                "field": "date_end",
                **days,
                "date_number": 30,
            },
            "document_expires": {
                "name": self.env._("A document expires"),
                "model": "service.document",
                "field": "valid_until",
                **days,
                "date_number": 7,
            },
            "birthday": {
                "name": self.env._("A birthday"),
                "model": "res.partner",
                "field": "service_birthday",
                **days,
                "date_number": 0,
                "yearly": True,
            },
            "morning": {
                "name": self.env._("The working day begins"),
                "model": "res.partner",
                "filter": "_filter_service_day",
                "date": True,
            },
            "date_field": {"name": self.env._("A date comes"), "date": True},
        }
