from odoo import api, models

PAID = ("paid", "in_payment")


class BpmWait(models.Model):
    """Wait: which events count, and which documents they are about.

    Each method gets the records (sudo) that may be events of one kind and answers
    ``{record: [document, …]}``.
    """

    _inherit = "bpm.wait"

    @api.model
    def _get_look_documents(self, records):
        """Changed documents, and the documents whose lines they are."""
        links = self.env["bpm.process"]._get_watch().links.get(records._name, ())
        return {
            record: [record, *(self._get_line_document(record, name) for name in links)]
            for record in records
        }

    @api.model
    def _get_line_document(self, line, name):
        """The document of a line; an empty one when it has none.

        :param name: the field that leads there, one with a model beside it too
        """
        field = line._fields[name]
        if field.type != "many2one_reference":
            return line[name]
        model = line[field.model_field]
        return self.env[model].browse(line[name]) if model in self.env else line[:0]

    @api.model
    def _get_mail_documents(self, messages):
        """Mails that came in."""
        return {
            message: self._get_message_documents(message)
            for message in messages
            if message.message_type == "email"
        }

    @api.model
    def _get_reply_documents(self, messages):
        """What somebody from outside wrote, by whatever way."""
        return {
            message: self._get_message_documents(message)
            for message in messages
            if message.author_id.partner_share
            and message.message_type in ("email", "comment", "sms")
        }

    @api.model
    def _get_sms_documents(self, messages):
        """SMS that somebody from outside wrote."""
        return {
            message: self._get_message_documents(message)
            for message in messages
            if message.author_id.partner_share and message.message_type == "sms"
        }

    @api.model
    def _get_message_documents(self, message):
        """The document a message stands on, and who wrote it."""
        documents = self._get_with_company(message.author_id)
        if message.model in self.env and message.res_id:
            documents.append(self.env[message.model].browse(message.res_id))
        return documents

    @api.model
    def _get_call_documents(self, activities):
        """Calls that were made or taken, as noted on the document."""
        return {
            activity: [self.env[activity.res_model].browse(activity.res_id)]
            for activity in activities
            if not activity.active
            and activity.activity_category == "phonecall"
            and activity.res_model in self.env
        }

    @api.model
    def _get_payment_documents(self, moves):
        """Invoices that are paid."""
        documents = {}
        for move in moves:
            if move.move_type == "out_invoice" and move.payment_state in PAID:
                orders = move.invoice_line_ids.sale_line_ids.order_id
                found = [move, *orders, *orders.opportunity_id, *move.contract_id]
                documents[move] = found + self._get_with_company(move.partner_id)
        return documents

    @api.model
    def _get_signature_documents(self, records):
        """Quotations, papers and visits that the customer signed."""
        if records._name == "service.work.order":
            signed = records.filtered("signature")
        else:
            signed = records.filtered("signed_on")
        return {record: self._get_related_documents(record) for record in signed}

    @api.model
    def _get_document_documents(self, documents):
        """Papers that were made, or changed their state."""
        return {paper: self._get_related_documents(paper) for paper in documents}

    @api.model
    def _get_form_documents(self, inbounds):
        """Posts of the web form, on what became of them."""
        return {
            post: [post.request_id, *self._get_with_company(post.request_id.partner_id)]
            for post in inbounds
            if post.channel == "form" and post.state == "done" and post.request_id
        }

    @api.model
    def _get_related_documents(self, record):
        """A record, and what it belongs to."""
        names = ("request_id", "opportunity_id", "order_id", "work_order_id")
        found = [record]
        for name in (*names, "contract_id"):
            if name in record:
                found += record[name]
        return found + self._get_with_company(record.partner_id)

    @api.model
    def _get_with_company(self, partner):
        """A contact and the company it belongs to."""
        return [*(partner | partner.commercial_partner_id)]
