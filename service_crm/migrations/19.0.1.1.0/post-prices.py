"""Requested services from before price rules: their price is the price before rules.

Without it the next look of the rules would take them for free of charge.
"""


def migrate(cr, version):
    cr.execute(
        """
        UPDATE service_request_line
           SET price_base = price_unit, discount_base = discount
         WHERE price_base IS NULL
        """
    )
