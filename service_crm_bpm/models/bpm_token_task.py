from datetime import timedelta

from markupsafe import Markup

from odoo import fields, models
from odoo.exceptions import AccessError
from odoo.tools import format_datetime, is_html_empty

from ..tools.flow import Choice
from ..tools.values import parse_text


class BpmToken(models.Model):
    """Token: the task (activity) of who is responsible, made in batch."""

    _inherit = "bpm.token"

    def _plan_tasks(self):
        """The tasks at once, or after the delay of the stage."""
        moments, at_once = {}, self.browse()
        for (stage, entered), tokens in self.grouped(
            lambda token: (token.stage_id, token.date_enter)
        ).items():
            if not stage.makes_task or stage.kind == "approval":
                continue
            if stage.task_delay:
                unit = stage.task_delay_unit or "hours"
                due = tokens[0]._shift(entered, stage.task_delay, unit)
                moments |= dict.fromkeys(tokens, due)
            else:
                at_once |= tokens
        if moments:
            self.env["bpm.timer"]._plan("task", moments)
        at_once._make_tasks()

    def _on_timer_task(self):
        """The delay is over: the tasks start."""
        self._filter_open().filtered(lambda t: not t.activity_id)._make_tasks()

    def _make_tasks(self):
        """One activity each, with the rights of the process."""
        if not self:
            return
        records = self._get_identity_records(self._get_task_names())
        per_env = {}
        for token in self:
            holder = token._get_task_holder(records[token])
            per_env.setdefault(holder.env, []).append((token, holder))
        self._fetch_task_people()
        for env, pairs in per_env.items():
            self._know_models({holder._name for _token, holder in pairs})
            activities = env["mail.activity"].with_context(
                mail_activity_quick_update=True, bpm_skip_followers=True
            )
            made = activities.create(
                [token._prepare_task_values(holder) for token, holder in pairs]
            )
            for (token, _holder), activity in zip(pairs, made, strict=True):
                token.activity_id = activity.id
            for token, _holder in pairs:
                token._plan_meeting()

    def _get_task_names(self):
        """Fields of documents that tasks speak of."""
        names = {"display_name"}
        for stage in self.stage_id:
            paths = parse_text(stage.task_summary).paths
            names.update(path.split(".")[0] for path in paths)
        return names

    def _fetch_task_people(self):
        """Read at once what Odoo asks about whom the tasks are for; their other columns
        are many."""
        # sudo: whether who runs the process may see them is asked by Odoo
        users = self.sudo().stage_id.task_user_id | self.sudo().user_id
        users.fetch(["partner_id"])
        users.partner_id.fetch(["active", "company_id", "partner_share", "tz"])

    def _know_models(self, names):
        """Models are known by id and name: Odoo need not read their rows for that."""
        models_ = self.env["ir.model"]
        for name in names:
            model = models_.browse(models_._get_id(name))
            models_._fields["model"]._insert_cache(model, [name])

    def _get_task_holder(self, record):
        """Where the task hangs: the document, else the run itself."""
        if record and record._name != self.instance_id._name:
            if hasattr(record, "activity_schedule"):
                return record
        return self.instance_id

    def _prepare_task_values(self, holder):
        """Values of the process task. Extension point.

        :param holder: the document or run it hangs on
        """
        self.ensure_one()
        stage = self.stage_id
        user = stage.task_user_id or self.user_id
        return {
            "res_model_id": self.env["ir.model"]._get_id(holder._name),
            "res_id": holder.id,
            "res_name": holder.display_name,
            "activity_type_id": self._get_task_type().id,
            "summary": self._get_task_summary(holder, user),
            "note": self._get_task_note(user),
            "user_id": user.id,
            "date_deadline": self._get_task_date(user),
            "automated": True,
        }

    def _get_task_type(self):
        """The type of the task: that of the stage, else of all process tasks."""
        own = self.stage_id.task_type_id
        # by the cache: a reference would be looked up for each task
        find = self.env["ir.model.data"]._xmlid_to_res_id
        return own or own.browse(find("service_crm_bpm.activity_process_task"))

    def _get_task_summary(self, holder, user):
        stage = self.stage_id.with_context(lang=user._get_profile().lang)
        if not stage.task_summary:
            return stage.name
        return parse_text(stage.task_summary).render(holder)

    def _get_task_note(self, user):
        """Until when, and the instruction of the stage."""
        stage = self.stage_id.with_context(lang=user._get_profile().lang)
        note = Markup()
        if self.date_deadline:
            tz = user._get_profile().tz
            due = format_datetime(
                stage.env, self.date_deadline, tz=tz, dt_format="short"
            )
            note += Markup("<p>%s</p>") % stage.env._("Due: %(moment)s", moment=due)
        if not is_html_empty(stage.instruction):
            note += stage.instruction
        return note

    def _get_task_date(self, user):
        """The day of the deadline where the user is; today without one."""
        moment = self.date_deadline or fields.Datetime.now()
        return fields.Datetime.context_timestamp(
            self.with_context(tz=user._get_profile().tz or "UTC"), moment
        ).date()

    def _plan_meeting(self):
        """A task of a meeting type stands in the calendar of the responsible too."""
        activity = self.activity_id
        if not self._get_task_type()._is_meeting() or not activity.user_id:
            return
        end = self.date_deadline or self.date_enter + timedelta(
            hours=self.stage_id.planned_hours or 1
        )
        hours = min(self.stage_id.planned_hours or 1, 8)
        values = {
            "name": f"{activity.summary} · {self.instance_id.display_name}",
            "start": end - timedelta(hours=hours),
            "stop": end,
            "user_id": activity.user_id.id,
            "partner_ids": [fields.Command.set(activity.user_id.partner_id.ids)],
            "activity_ids": [fields.Command.link(activity.id)],
            "res_model_id": activity.res_model_id.id,
            "res_id": activity.res_id,
        }
        # sudo: into the calendar of the responsible, whoever moved the process
        self.env["calendar.event"].sudo().with_context(
            no_mail_to_attendees=True, dont_notify=True, default_activity_ids=None
        ).create(values)

    def _reassign_tasks(self, user):
        """Open tasks go to the new responsible; those of named people stay."""
        tokens = self.filtered(lambda token: not token.stage_id.task_user_id)
        # sudo: the tasks of a process follow its steps
        activities = tokens.sudo().activity_id.filtered("active")
        activities.with_context(mail_activity_quick_update=True).write(
            {"user_id": user.id}
        )

    def _check_task_done(self):
        """A process task is done by who has it, or by the role that completes it."""
        for token, refusal in self._get_step_refusals("complete").items():
            # sudo: whose task it is, and which role completes the stage
            own = token.sudo().activity_id.user_id == self.env.user
            if refusal and (token.sudo().stage_id.closing_group_id or not own):
                raise AccessError(refusal)

    def _on_task_done(self):
        """Process tasks are done: stages go on where nothing is to be chosen."""
        # sudo: who did the task may not see the run; the rights were checked before
        tokens = self.sudo()._filter_open()
        results, obstacles = tokens._get_results(), tokens._get_obstacles()
        ready = tokens.filtered(
            lambda token: (
                token.instance_id.state != "paused"
                and not results[token]
                and not obstacles[token]
                and not token._needs_next_user({token.id: Choice()})
            )
        )
        ready._begin()
        ready._complete()

    def _get_card_action(self):
        """Open the process card of these stages."""
        runs = self.instance_id
        if len(runs) == 1:
            return runs._get_card_action()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Processes"),
            "res_model": runs._name,
            "views": [(False, "list"), (False, "form")],
            "domain": [("id", "in", runs.ids)],
        }

    def _clear(self):
        """The task of a completed stage is done, that of a cancelled one goes."""
        result = super()._clear()
        # sudo: the tasks of a process follow its steps
        tokens = self.sudo()
        tasks = tokens.activity_id
        tasks.fetch(["active", "date_deadline", "date_done", "user_id"])
        done = tokens.filtered(lambda token: token.state == "done").activity_id
        done.filtered("active").write({"active": False})
        (tasks - done).filtered("active").unlink()
        return result
