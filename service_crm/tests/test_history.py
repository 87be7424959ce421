from datetime import timedelta

from odoo import fields

from .common import ServiceCommon


class TestHistory(ServiceCommon):
    """The history of phases is thinned out, never what still waits."""

    def build_entries(self, count, age_days, **values):
        """Entries of one document, the oldest first."""
        date = fields.Datetime.now() - timedelta(days=age_days)
        rows = self.env["service.phase.log"]._log_entered(
            [
                {
                    "res_model": "res.partner",
                    "res_id": self.customer.id,
                    "field_name": "name",
                    "value": str(number),
                    "date": date,
                    **values,
                }
                for number in range(count)
            ]
        )
        return rows

    def vacuum(self):
        return self.env["service.phase.log"]._gc_entries()

    def test_old_entries_go_but_the_last_one_of_each_document(self):
        old = self.build_entries(3, 4 * 366)
        of_another = self.build_entries(1, 4 * 366, field_name="city")
        young = self.build_entries(2, 2 * 365, field_name="street")
        done, remaining = self.vacuum()
        self.assertGreaterEqual(done, 2)
        self.assertFalse(remaining)
        self.assertEqual(old.exists(), old[2])
        self.assertEqual(of_another.exists(), of_another)
        self.assertEqual(young.exists(), young)

    def test_what_waits_for_its_message_stays(self):
        old = self.build_entries(3, 4 * 366)
        old[0].message_pending = True
        self.vacuum()
        self.assertEqual(old.exists(), old[0] | old[2])

    def test_the_months_are_a_setting(self):
        setting = self.env["ir.config_parameter"]
        old = self.build_entries(2, 4 * 366)
        setting.set_param("service_crm.history_months", "0")
        self.assertEqual(self.vacuum(), (0, False))
        self.assertEqual(old.exists(), old)
        setting.set_param("service_crm.history_months", "60")
        self.vacuum()
        self.assertEqual(old.exists(), old)
        setting.set_param("service_crm.history_months", "12")
        self.vacuum()
        self.assertEqual(old.exists(), old[1])
