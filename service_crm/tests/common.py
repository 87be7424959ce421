"""Builders and one user per role, for the tests of these addons and of yours."""

from odoo.fields import Command
from odoo.tests import HttpCase, TransactionCase, new_test_user

ROLES = ("operator", "manager", "dispatcher", "performer", "admin")
PATIENCE = 300  # seconds; how fast the machine is proves nothing


def requirement(*numbers):
    """Mark a test as the proof of requirements: ``@requirement("R7", "R10")``.

    ``python3 tests/sandbox requirements`` reads the marks.
    """

    def mark(test):
        test.requirements = numbers
        return test

    return mark


class TourCase(HttpCase):
    """Tours that a slow or busy machine may take its time for."""

    test_cursor_lock_timeout = PATIENCE

    def start_tour(self, *args, **options):
        return super().start_tour(*args, **{"timeout": PATIENCE, **options})


class ServiceCommon(TransactionCase):
    """One service team, a customer company with a contact, one user per role::

    operator ──► manager ──► dispatcher ──► performer (resource) ──► customer
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(context=dict(cls.env.context, no_reset_password=True))
        cls.team = cls.env.ref("service_crm.team_service")
        cls.stages = {
            stage.service_phase: stage
            for stage in cls.env["crm.stage"].search([("team_ids", "in", cls.team.ids)])
        }
        cls.users = {
            role: new_test_user(
                cls.env,
                login=f"service_{role}",
                name=f"Service {role.capitalize()}",
                email=f"{role}@service.example.com",
                groups=f"service_crm.group_service_{role}",
            )
            for role in ROLES
        }
        for role, user in cls.users.items():
            setattr(cls, f"user_{role}", user)
        cls.company_customer = cls.build_partner(
            name="Alfa LLC", is_company=True, email="office@alfa.example.com"
        )
        cls.customer = cls.build_partner(
            name="Anna Petrova",
            parent_id=cls.company_customer.id,
            email="anna@alfa.example.com",
            phone="+7 495 120-81-15",
        )
        cls.performer = cls.build_performer(cls.user_performer)

    @classmethod
    def build_partner(cls, name="Customer", **values):
        """A contact; ``country_id`` is Russia unless told."""
        values.setdefault("country_id", cls.env.ref("base.ru").id)
        return cls.env["res.partner"].create({"name": name, **values})

    @classmethod
    def build_performer(cls, user=None, name="Performer", **values):
        """A performer resource, of the user when one is given."""
        return cls.env["resource.resource"].create(
            {
                "name": user.name if user else name,
                "user_id": user.id if user else False,
                "resource_type": "user",
                "is_performer": True,
                "tz": "UTC",
                **values,
            }
        )

    @classmethod
    def build_request(cls, **values):
        """A service request of the service team, by hand."""
        return cls.env["crm.lead"].create(
            {"name": "Door makes noise", "team_id": cls.team.id, **values}
        )

    @classmethod
    def build_product(cls, name="Lift inspection", price=100.0, **values):
        """A service of the catalogue."""
        values.setdefault("service_category_id", cls.build_category().id)
        return cls.env["product.product"].create(
            {
                "name": name,
                "type": "service",
                "list_price": price,
                "invoice_policy": "delivery",
                "taxes_id": [Command.clear()],
                **values,
            }
        )

    @classmethod
    def build_category(cls, name="Lifts"):
        """The service category of this name, made when missing."""
        category = cls.env["service.category"]
        return category.search([("name", "=", name)], limit=1) or category.create(
            {"name": name}
        )

    @classmethod
    def build_line(cls, request, product=None, **values):
        """A requested service: of the catalogue, or in free words (``name``)."""
        return cls.env["service.request.line"].create(
            {
                "request_id": request.id,
                "product_id": product.id if product else False,
                **values,
            }
        )

    @classmethod
    def build_agreed_order(cls, request, dispatcher=None):
        """The confirmed order of a request with lines, all approvals given::

        quotation → approvals asked → customer, manager, dispatcher → agreed
        """
        request.with_user(dispatcher or cls.user_dispatcher).action_ask_approvals()
        order = request.service_quotation_id
        pending = order.service_approval_ids.filtered(lambda a: a.state == "pending")
        pending.with_user(cls.user_admin).action_approve(
            spoken_with="Anna Petrova", method="phone"
        )
        return order

    @classmethod
    def build_work_order(cls, **values):
        """A draft work order of the test customer."""
        return cls.env["service.work.order"].create(
            {"partner_id": cls.customer.id, "team_id": cls.team.id, **values}
        )

    @classmethod
    def send_messages(cls):
        """Let the job write the messages of what was entered until now."""
        cls.env.cr.flush()  # computed values are entered before a commit
        log = cls.env["service.phase.log"]
        rows = log.search([("message_pending", "=", True)], order="id")
        rows._send_pending()
