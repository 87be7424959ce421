"""The monthly run of 1,000 contracts, half by fixed price and half by consumption."""

from datetime import date

DATABASES = [["service_crm"]]

CONTRACTS = 1000
BATCH = 100


def run(env, bench):
    if not env.company.chart_template:
        env["account.chart.template"].try_loading(
            "generic_coa", env.company, install_demo=False
        )
    contracts = _build(env)
    env.cr.commit()
    batches = [contracts[i : i + BATCH] for i in range(0, CONTRACTS, BATCH)]
    counts = []

    def bill(number):
        model = bench.env["service.contract"]
        before = bench.env.cr.sql_log_count
        batch = model.browse(batches[number % len(batches)].ids).try_lock_for_update()
        batch._run_job(lambda part: part._bill_next_period())
        bench.env.flush_all()
        counts.append(bench.env.cr.sql_log_count - before)

    def plain(number):
        bench.env["account.move"].create(
            [
                {
                    "move_type": "out_invoice",
                    "partner_id": contract.partner_id.id,
                    "invoice_line_ids": [
                        (
                            0,
                            0,
                            {
                                "product_id": contract.billing_product_id.id,
                                "quantity": 1,
                                "price_unit": 100,
                            },
                        )
                    ],
                }
                for contract in bench.env["service.contract"].browse(
                    batches[number % len(batches)].ids
                )
            ]
        )
        bench.env.flush_all()

    bench.measure("make 100 plain invoices", plain, per=BATCH)
    # 3 of each contract are Odoo's: its analytic distribution and fiscal position
    bench.measure(
        "invoice 100 of 1,000 contracts",
        bill,
        per=BATCH,
        base="make 100 plain invoices",
        limit=2,
        queries=300,
    )
    bench.note("queries of the batch that needs most", max(counts))
    bench.note(
        "queries more than the best batch",
        max(counts[1:]) - min(counts[1:]),
        limit=10,
    )


def _build(env):
    product = env["product.product"].create({"name": "Inspection", "type": "service"})
    partners = env["res.partner"].create(
        [{"name": f"Customer {i}"} for i in range(CONTRACTS)]
    )
    contracts = env["service.contract"].create(
        [
            {
                "subject": f"Maintenance {i}",
                "partner_id": partner.id,
                "date_start": date(2026, 1, 1),
                "date_end": date(2026, 12, 31),
                "billing": "usage" if i % 2 else "period",
                "billing_amount": 100 + i,
                "line_ids": [(0, 0, {"product_id": product.id, "price_unit": 10})],
            }
            for i, partner in enumerate(partners)
        ]
    )
    contracts.action_activate()
    env["service.contract.use"].create(
        [
            {
                "contract_id": contract.id,
                "line_id": contract.line_ids.id,
                "date": date(2026, 1, 5),
                "quantity": 3,
            }
            for contract in contracts[1::2]
        ]
    )
    return contracts
