"""The operator's search for a customer among 1,000,000 contacts."""

DATABASES = [["service_crm"]]

PARTNERS = 1_000_000
FIRST = (
    "Anna Boris Galina Dmitry Elena Fedor Irina Maria Oleg Pavel Анна Сергей".split()
)
LAST = (
    "Petrov Ivanov Sidorov Orlov Zaitsev Belov Volkov Smirnov Кузнецов Лебедев".split()
)


def run(env, bench):
    _build_partners(env)
    user = (
        env["res.users"]
        .with_context(no_reset_password=True)
        .create(
            {
                "name": "Bench",
                "login": "bench",
                "group_ids": [env.ref("service_crm.group_service_operator").id],
            }
        )
    )
    env.cr.commit()
    with bench.as_user(user) as env:
        partner = env["res.partner"]
        finds = {
            "by a phone that is known": (
                5,
                lambda n: partner._find_by_service_phone([f"+7 916 0{77_700 + n}1"]),
            ),
            "by a phone that is not": (
                5,
                lambda n: partner._find_by_service_phone([f"+7 495 120-81-1{n}"]),
            ),
            "by a rare name": (
                50,
                lambda n: partner._find_by_service_name(f"Belov 5432{n}"),
            ),
            "by a name that 100,000 have": (
                50,
                lambda n: partner._find_by_service_name("Petrov"),
            ),
            "by two common words, in Cyrillic": (
                50,
                lambda n: partner._find_by_service_name("лебедев анна"),
            ),
            "by three letters": (50, lambda n: partner._find_by_service_name("zai")),
            "by a name that nobody has": (
                50,
                lambda n: partner._find_by_service_name(f"Qwertz{n} Petrov"),
            ),
        }
        for name, (limit, find) in finds.items():
            bench.measure(name, lambda n, find=find: find(n).mapped("display_name"),
                          milliseconds=limit)  # fmt: skip
        # The operator's screen: the customer, open requests, orders and last visits
        console = env["service.console"]
        for name, text in {
            "console, by a phone that is known": "+7 916 0{n}77701",
            "console, by a name that 100,000 have": "Petrov",
        }.items():
            bench.measure(
                name,
                lambda n, text=text: console.action_console_find(text.format(n=n)),
                milliseconds=50,
            )


def _build_partners(env):
    """Contacts by SQL, the search key by the addon's own function."""
    from odoo.addons.service_crm.tools.matching import search_key

    rows = [(f"{a} {b}", search_key(f"{a} {b}")) for a in FIRST for b in LAST]
    env.cr.execute(
        """
        INSERT INTO res_partner (
            name, complete_name, service_search_key, phone, phone_sanitized, email,
            email_normalized, type, active, is_company, color, lang, create_date,
            create_uid, autopost_bills, company_registry)
        SELECT names.name || ' ' || n, names.name || ' ' || n, names.key || ' ' || n,
               '+7916' || to_char(n, 'FM0000000'), '+7916' || to_char(n, 'FM0000000'),
               'p' || n || '@example.com', 'p' || n || '@example.com',
               'contact', TRUE, FALSE, 0, 'en_US', now(), 1, 'ask', NULL
          FROM generate_series(1, %s) AS n
          JOIN unnest(%s, %s) WITH ORDINALITY AS names(name, key, number)
            ON names.number = 1 + n %% %s
        """,
        [
            PARTNERS,
            [name for name, _key in rows],
            [key for _name, key in rows],
            len(rows),
        ],
    )
    env.cr.execute(
        "UPDATE res_partner SET commercial_partner_id = id"
        " WHERE commercial_partner_id IS NULL"
    )
    env.cr.commit()
    env.cr._cnx.autocommit = True
    env.cr.execute("VACUUM ANALYZE res_partner")
    env.cr._cnx.autocommit = False
