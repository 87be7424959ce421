"""Tables of rights: every cell is tried for real, by RPC, as the user of the role."""

import inspect
from collections import defaultdict
from contextlib import contextmanager, suppress
from copy import deepcopy
from datetime import datetime

from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.service.model import call_kw
from odoo.tests import new_test_user
from odoo.tools import mute_logger

from .common import ROLES, ServiceCommon

OPERATIONS = {"r": "read", "w": "write", "c": "create", "d": "unlink"}
# Refusals are expected here.
LOGGERS = ("odoo.models", "odoo.addons.base.models.ir_model", "odoo.sql_db")
# The columns of the tables.
COLUMNS = (*ROLES, "user", "portal", "public")


class Undo(Exception):
    """Ends a tried cell: nothing of it stays."""


class RightsCommon(ServiceCommon):
    """The columns of the tables: one user per role, and those without any."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.users |= {
            "user": new_test_user(cls.env, "plain_user", groups="base.group_user"),
            "portal": new_test_user(cls.env, "portal_user", groups="base.group_portal"),
            "public": cls.env.ref("base.public_user"),
        }

    @contextmanager
    def undone(self):
        """A savepoint that is always rolled back; nothing is cached for the call."""
        self.env.flush_all()
        self.env.invalidate_all()
        with suppress(Undo), self.env.cr.savepoint():
            yield
            raise Undo
        self.env.invalidate_all()

    def rpc(self, role, model, method, *args, **kwargs):
        """Call a method as a client of this role would."""
        user = self.users[role] if isinstance(role, str) else role
        model = self.env(user=user, su=False, context={})[model]
        return call_kw(model, method, deepcopy(list(args)), kwargs)

    def ask(self, role, model, method, *args, **kwargs):
        """What a client of this role gets: ``yes``, ``no`` (rights) or the refusal.

        Nothing of the call stays.
        """
        answer = "yes"
        with self.undone():
            try:
                self.rpc(role, model, method, *args, **kwargs)
                self.env.flush_all()
            except AccessError as error:
                self.assertTrue(str(error).strip())
                answer = "no"
            except UserError as error:
                answer = "no" if method == "unlink" else str(error)
            except (AttributeError, KeyError, TypeError, ValueError) as error:
                answer = repr(error)  # no words for a user: never in a table
            except IntegrityError:
                # past the rights: what is used elsewhere stays for that reason
                answer = "yes"
        return answer

    def ask_operations(self, role, record, write, create):
        """Letters of the operations this role may do with the record."""
        column = "create_date" if record._log_access else record._rec_name
        calls = {
            "r": ("read", record.ids, [column]),
            "w": ("write", record.ids, write),
            "c": ("create", [create]),
            "d": ("unlink", record.ids),
        }
        found = ""
        for letter, (method, *args) in calls.items():
            if letter in "wc" and args[-1] in (None, [None]):
                continue  # the role table says nothing of it: there are no values
            answer = self.ask(role, record._name, method, *args)
            if answer == "yes":
                found += letter
            elif answer != "no":
                found += f"({letter}: {answer})"
        return found

    def check_table(self, table, subjects):
        """Try every cell of ``{subject: {role: letters}}``.

        :param subjects: ``{subject: (record, values to write, values to create)}``
        """
        self.assertEqual(table.keys(), subjects.keys())
        wrong = []
        with mute_logger(*LOGGERS):
            for subject, row in table.items():
                expected = self.read_row(row)
                for role in COLUMNS:
                    found = self.ask_operations(role, *subjects[subject])
                    if found != expected[role]:
                        wrong.append(
                            f"{subject}, {role}: {found or 'nothing'}"
                            f" instead of {expected[role] or 'nothing'}"
                        )
        self.assertFalse(wrong, "\n".join(wrong))

    def read_row(self, row):
        """``"operator rwc, admin rwcd"`` as a dictionary; others may nothing."""
        letters = dict.fromkeys(COLUMNS, "")
        for cell in filter(None, row.split(", ")):
            roles, right = cell.rsplit(" ", 1)
            for role in roles.split():
                letters.update(
                    {role: right} if role != "all" else dict.fromkeys(letters, right)
                )
        return letters

    def get_own_methods(self, addon):
        """Public methods this addon adds: ``{(model, method)}``.

        Overrides of a method another addon has are theirs to be asked about.
        """
        own = f"odoo.addons.{addon}."
        found = set()
        for model in self.env.registry.values():
            if model._abstract and model._inherit_children:
                continue  # asked about on the models that have it
            for name, _method in inspect.getmembers(model, inspect.isroutine):
                if name.startswith("_"):
                    continue
                owners = [
                    cls.__module__
                    for cls in model.__mro__
                    if name in vars(cls) and not getattr(cls, "pool", None)
                ]
                if owners and all(owner.startswith(own) for owner in owners):
                    found.add((model._name, name))
        return found

    def check_steps(self, table, addon):
        """Try every public step as every role.

        :param table: rows ``(model, method, case, "roles that may", arguments, named
            arguments)``, the last two may be left out; the method ``_build_<case>``
            of the test makes the records the steps are taken on, once for all steps,
            each of which is undone. An argument ``@name`` is what that method put
            into ``self.known[name]``
        """
        rows = {row[:2] for row in table}
        missing = self.get_own_methods(addon) - rows
        self.assertFalse(missing, f"public methods without a row: {missing}")
        wrong = []
        cases = defaultdict(list)
        for row in table:
            cases[row[2]].append(row)
        with mute_logger(*LOGGERS):
            for case, steps in cases.items():
                with self.undone():
                    self.known = {}
                    records = getattr(self, f"_build_{case}")()
                    for model, method, _case, roles, *values in steps:
                        found = self.ask_step(model, method, records, *values)
                        allowed = {r for r, answer in found.items() if answer == "yes"}
                        if allowed != set(roles.split()):
                            wrong.append(f"{model}.{method} ({case}): {found}")
        self.assertFalse(wrong, "\n".join(wrong))

    def ask_step(self, model, method, records, args=(), named=None):
        """``{role: "yes" or the words of the refusal}``, without those who lack the
        rights."""
        fill = self.known.get
        ids = [] if records is None else [records.ids]
        args = [*ids, *(fill(a, a) if isinstance(a, str) else a for a in args)]
        named = {
            key: {name: fill(v, v) for name, v in value.items()}
            if isinstance(value, dict)
            else fill(value, value)
            for key, value in (named or {}).items()
        }
        answers = {
            role: self.ask(role, model, method, *args, **named) for role in COLUMNS
        }
        return {role: answer for role, answer in answers.items() if answer != "no"}


class VisitsCommon(RightsCommon):
    """Two priced requests, each with a visit: of the performer, of a colleague."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.colleague = cls.build_performer(
            new_test_user(
                cls.env, "colleague", groups="service_crm.group_service_performer"
            )
        )
        cls.inspection = cls.build_product()
        cls.request = cls.build_priced_request()
        cls.own_request = cls.build_priced_request()
        cls.request.with_user(cls.user_dispatcher).action_ask_approvals()
        cls.own_visit = cls.build_visit(cls.own_request, cls.performer)
        cls.visit = cls.build_visit(cls.request, cls.colleague)

    @classmethod
    def build_priced_request(cls):
        request = cls.build_request(
            type="opportunity",
            partner_id=cls.customer.id,
            stage_id=cls.stages["dispatch"].id,
            user_id=cls.user_manager.id,
            dispatcher_id=cls.user_dispatcher.id,
            service_need="Шумит дверь",
        )
        cls.build_line(request, cls.inspection)
        return request

    @classmethod
    def build_visit(cls, request, performer):
        visit = cls.build_work_order(
            request_id=request.id,
            performer_id=performer.id,
            date_start=datetime(2026, 12, 1, 9),
            date_end=datetime(2026, 12, 1, 10),
            line_ids=[Command.create({"name": "Осмотр", "quantity_planned": 1})],
        )
        visit.write({"state": "assigned"})
        return visit
