from odoo import api, fields, models


class ServicePhaseLog(models.Model):
    """The seam: one row per entry of a record into a phase or state.

    Whatever must happen once when a record enters a phase (default mails, robots,
    message rules) extends :meth:`_service_entered`; there is no second mechanism.
    """

    _name = "service.phase.log"
    _description = "Entry into a phase or state"
    _order = "id desc"
    _log_access = True

    res_model = fields.Char("Document Model", required=True, readonly=True)
    res_id = fields.Many2oneReference(
        "Document", model_field="res_model", required=True, readonly=True
    )
    field_name = fields.Char(
        required=True,
        readonly=True,
        help="The field whose value was entered: stage_id, state, slot_state …",
    )
    value = fields.Char(
        required=True,
        readonly=True,
        help="The entered value: a selection key, or the id of a linked record.",
    )
    previous_value = fields.Char(readonly=True)
    phase = fields.Char(
        readonly=True, help="For stages: the fixed phase behind the stage."
    )
    name = fields.Char(readonly=True, help="The entered value as people read it.")
    date = fields.Datetime(
        default=fields.Datetime.now, required=True, readonly=True, index=True
    )
    user_id = fields.Many2one(
        "res.users", readonly=True, default=lambda self: self.env.user
    )
    company_id = fields.Many2one("res.company", readonly=True)

    _document_idx = models.Index("(res_model, res_id, field_name, id DESC)")

    @api.model
    def _log_entries(self, records, field_name, previous=None):
        """Write one row per record that entered a new value, then tell the listeners.

        :param records: recordset of any length of one model
        :param field_name: watched field (selection, many2one, boolean, char)
        :param previous: ``{record id: value key before}``; records whose key did not
            change are skipped. Without it every record counts as entering.
        :return: the new log rows
        """
        previous = previous or {}
        vals_list = [
            values
            for record in records
            if (
                values := self._prepare_log_values(
                    record, field_name, previous.get(record.id, "")
                )
            )
        ]
        if not vals_list:
            return self.browse()
        # Users may enter phases without any right on the log: it is the system's.
        rows = self.sudo().create(vals_list)
        rows._service_entered()
        return rows

    @api.model
    def _prepare_log_values(self, record, field_name, previous_key):
        """Values of the log row of one record, or ``None`` when nothing was entered."""
        key = self._get_value_key(record, field_name)
        if not key or key == previous_key:
            return None
        field = record._fields[field_name]
        value = record[field_name]
        if field.type == "many2one":
            label = value.sudo().display_name  # the label of a value, nothing else
        elif field.type == "selection":
            label = dict(field._description_selection(self.env)).get(value, value)
        else:
            label = key
        return {
            "res_model": record._name,
            "res_id": record.id,
            "field_name": field_name,
            "value": key,
            "previous_value": previous_key or False,
            "phase": "service_phase" in value and value.service_phase
            if field.type == "many2one"
            else False,
            "name": label,
            "user_id": self.env.uid,
            "company_id": record.company_id.id if "company_id" in record else False,
        }

    @api.model
    def _get_value_key(self, record, field_name):
        """The entered value as text: record id, selection key; empty when unset."""
        value = record[field_name]
        if isinstance(value, models.BaseModel):
            return str(value.id) if value else ""
        return str(value) if value else ""

    def _service_entered(self):
        """React to entries, once per row. ``self``: log rows of one batch (sudo).

        Extension point: call ``super()`` and work on the whole batch with a constant
        number of queries. Records are had by :meth:`_get_entered_records`.
        """

    def _get_entered_records(self):
        """The records behind the rows of one model, with the user's own rights."""
        model = self[:1].res_model
        return self.env[model].sudo(False).browse(self.mapped("res_id")).exists()
