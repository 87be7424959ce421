"""The picker of services: first page of a catalogue of 20,000 items, any filter."""

DATABASES = [["service_crm"]]

ITEMS = 20_000
PAGE = 40
LIMIT = 150  # milliseconds for the list, the prices and the total
WORDS = "Замена Осмотр Ремонт Настройка Чистка Смазка Door Motor Roller Panel".split()
COLOURS = ["red", "white", "black", "steel"]


def run(env, bench):
    request, category, brand = _build_catalogue(env)
    user = (
        env["res.users"]
        .with_context(no_reset_password=True)
        .create(
            {
                "name": "Bench",
                "login": "bench",
                "group_ids": [env.ref("service_crm.group_service_dispatcher").id],
            }
        )
    )
    env.cr.commit()
    with bench.as_user(user) as env:
        record = env["crm.lead"].browse(request.id)
        action = record.action_open_catalogue()
        view = env.ref("service_crm.product_view_kanban_catalog_request")
        arch = env["product.product"].get_view(view.id, "kanban")["arch"]
        fields = dict.fromkeys(_read_field_names(arch), {})
        order = "is_favorite desc, default_code, id"
        products = env["product.product"].with_context(**action["context"])
        shelf = ("service_category_id", "!=", False)
        colour = ("service_properties.colour", "in", ["red"])
        filters = {
            "no filter": [],
            "a category and those below": [
                ("service_category_id", "child_of", category.id)
            ],
            "a brand": [("service_brand_id", "in", brand.ids)],
            "a property": [colour],
            "a text property": [("service_properties.size", "in", ["48 мм"])],
            "a price range": [("list_price", ">=", 500), ("list_price", "<=", 520)],
            "words": _find("ремонт 77"),
            "an article": _find("A-1977"),
            "words nobody wrote": _find("qwertz"),
            "fits this customer": [("service_fits", "=", True)],
            "all at once": [
                ("service_category_id", "child_of", category.id),
                ("service_brand_id", "in", brand.ids),
                colour,
                ("list_price", ">=", 100),
                ("service_fits", "=", True),
                *_find("Door"),
            ],
        }
        for name, domain in filters.items():
            domain = [*action["domain"], shelf, *domain]

            def show(_number, domain=domain):
                page = products.web_search_read(
                    domain, fields, limit=PAGE, order=order, count_limit=1_001
                )
                ids = [row["id"] for row in page["records"]]
                record._get_product_catalog_order_line_info(ids)
                record.action_picker_state()

            bench.measure(f"first page, {name}", show, milliseconds=LIMIT)
        bench.measure(
            "filters beside the list",
            lambda _number: (
                products.search_panel_select_range(
                    "service_category_id", expand=True, search_domain=action["domain"]
                ),
                products.search_panel_select_multi_range(
                    "service_brand_id", expand=True, search_domain=action["domain"]
                ),
                record.action_picker_facets(),
            ),
            milliseconds=LIMIT,
        )


def _find(words):
    """The domain the search box makes of a word."""
    return [("service_find", "ilike", words)]


def _read_field_names(arch):
    from lxml import etree

    return {node.get("name") for node in etree.fromstring(arch).iter("field")}


def _build_catalogue(env):
    kind = env["service.equipment.type"].create({"name": "Lift"})
    brands = env["service.brand"].create([{"name": f"Brand {i}"} for i in range(40)])
    definition = [
        {
            "name": "colour",
            "string": "Colour",
            "type": "selection",
            "selection": [[colour, colour] for colour in COLOURS],
        },
        {"name": "size", "string": "Modification", "type": "char"},
    ]
    roots = env["service.category"].create(
        [
            {"name": f"Category {i}", "item_properties_definition": definition}
            for i in range(10)
        ]
    )
    leaves = env["service.category"].create(
        [
            {"name": f"Shelf {i}", "parent_id": root.id}
            for root in roots
            for i in range(20)
        ]
    )
    for start in range(0, ITEMS, 1000):
        env["product.template"].create(
            [
                {
                    "name": f"{WORDS[i % 10]} {i % 997} {WORDS[i % 7]}",
                    "type": "service",
                    "default_code": f"A-{i}",
                    "list_price": i % 3000,
                    "service_category_id": leaves[i % len(leaves)].id,
                    "service_brand_id": brands[i % len(brands)].id,
                    "service_pick_note": f"When {WORDS[i % 9]} is needed",
                    "service_properties": {
                        "colour": COLOURS[i % 4],
                        "size": f"{48 + i % 20} мм",
                    },
                    "service_equipment_type_ids": [(6, 0, kind.ids * (i % 3 == 0))],
                }
                for i in range(start, start + 1000)
            ]
        )
        env.cr.commit()
        env.invalidate_all()
    customer = env["res.partner"].create({"name": "Customer", "is_company": True})
    env["service.equipment"].create(
        {"name": "Lift 1", "type_id": kind.id, "partner_id": customer.id}
    )
    products = env["product.product"].search(
        [("service_category_id", "in", leaves.ids)], limit=30
    )
    request = env["crm.lead"].create(
        {
            "name": "Door makes noise",
            "team_id": env.ref("service_crm.team_service").id,
            "partner_id": customer.id,
            "request_line_ids": [(0, 0, {"product_id": p.id}) for p in products],
        }
    )
    env.cr.commit()
    env.cr.execute("ANALYZE")
    return request, roots[3], brands[3]
