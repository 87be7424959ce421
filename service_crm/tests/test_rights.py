"""Role × model × operation: every cell is tried by RPC as a user of the role."""

from datetime import datetime

from odoo.fields import Command

from .common_crew_rights import CREW_RIGHTS, build_crew_subjects
from .common_rights import VisitsCommon

STAFF = "operator manager dispatcher admin"

# Subject: who may read (r), write (w), create (c) and delete (d); others nothing.
RIGHTS = {
    "request": "operator manager dispatcher rwc, performer c, admin rwcd",
    "request of the own visit": (
        "operator manager dispatcher rw, performer r, admin rwd"
    ),
    "request filed by the performer": (
        "operator manager dispatcher rw, performer r, admin rwd"
    ),
    "lead of another team": "",
    "requested service": f"{STAFF} rwcd",
    "requested service of the own visit": f"{STAFF} rwcd, performer r",
    "quotation": "operator r, manager dispatcher admin rwc",
    "version of an offer": f"{STAFF} r",
    "line of a version": f"{STAFF} r",
    "figures of offers": "manager dispatcher admin r",
    "figures of hours and cost": "manager dispatcher admin r",
    "refining an offer": "manager dispatcher admin rwc",
    "quotation line": "operator r, manager dispatcher admin rwcd",
    "order of another team": "",
    "approval": f"{STAFF} r",
    "work order": "operator manager r, dispatcher rwc, performer , admin rwcd",
    "own work order": "operator manager r, dispatcher admin performer rw",
    "work order line": "operator manager r, dispatcher admin rwcd",
    "own work order line": ("operator manager r, dispatcher admin rwcd, performer rwc"),
    "kind of document": "operator manager dispatcher performer r, admin rwcd",
    "document of a set": "operator dispatcher r, manager admin rwcd",
    "document": "operator r, manager dispatcher admin rwcd",
    "line of a document": "operator r, manager dispatcher admin rwcd",
    "line of a document of the own visit": (
        "operator performer r, manager dispatcher admin rwcd"
    ),
    "decision of a meeting": "operator r, manager dispatcher admin rwcd",
    "question of a document": "operator r, manager dispatcher admin rwcd",
    "question of a kind": "operator manager dispatcher r, admin rwcd",
    "document of the own visit": (
        "operator r, manager dispatcher admin rwd, performer rw"
    ),
    "signature of a document": "manager dispatcher performer admin rwc",
    "cancelling a document": "manager dispatcher admin rwc",
    "inbound message": f"{STAFF} r",
    "phase entry": "admin r",
    "problem code": "operator manager dispatcher performer r, admin rwcd",
    "action from a phone": "dispatcher admin r",
    "customer": "manager dispatcher admin rwc, operator performer user r",
    "further phone": ("operator dispatcher rwc, manager admin rwcd, performer user r"),
    "service": "operator manager dispatcher performer user r, admin rwcd",
    "category": "operator manager dispatcher performer user r, admin rwcd",
    "price list": "operator manager dispatcher performer user r, admin rwcd",
    "performer": "operator manager performer user r, dispatcher admin rwc",
    "skill": "operator manager performer user r, dispatcher rwc, admin rwcd",
    "held skill": "operator manager performer user r, dispatcher admin rwcd",
    "absence of a colleague": "dispatcher admin rwcd",
    "area": "operator manager performer r, dispatcher rwc, admin rwcd",
    "what counts in suggestions": "admin rwcd",
    "plan of visits": "dispatcher admin rwcd",
    "visit of a plan": "dispatcher admin rw",
    "provider of ways": "admin rwcd",
    "team": "operator manager dispatcher performer user r, admin rwcd",
    "stage": "operator manager dispatcher performer user r, admin rwcd",
    "loss reason": "operator manager dispatcher performer user r, admin rwcd",
    "rate limit": "admin r",
    "rating of the request": f"{STAFF} r",
    "message with the customer's link": "operator manager dispatcher r, admin rd",
    "note on the own work order": "operator manager dispatcher performer r, admin rwd",
    "reason of a step": "dispatcher performer admin rwc",
    # who may decide is said by the approval itself
    "decision on an approval": f"{STAFF} performer user rwc",
    "decision on a message": f"{STAFF} rwcd",
    "opening again": "dispatcher admin rwc",
    "tender": "operator dispatcher r, manager rwc, admin rwcd",
    "item of a tender": "operator dispatcher r, manager admin rwcd",
    "price found for a tender": "operator dispatcher r, manager admin rwcd",
    "bid in a tender": "operator dispatcher r, manager admin rwcd",
    "contract": "operator dispatcher r, manager rwc, admin rwcd",
    "planned payment": "operator dispatcher r, manager admin rwcd",
    "service of a contract": "operator dispatcher r, manager admin rwcd",
    "consumption of a contract": "operator r, manager dispatcher admin rwcd",
    "invoiced period of a contract": f"{STAFF} r",
    "pause of a contract": f"{STAFF} r",
    "maintenance of a contract": "operator dispatcher r, manager admin rwcd",
    "end of a contract": "manager admin rwc",
    "customer segment": "operator manager dispatcher r, admin rwcd",
    "price rule": "operator manager dispatcher r, admin rwcd",
    "exclusive price rules": "operator manager dispatcher r, admin rwcd",
    "trial of price rules": f"{STAFF} rwcd",
    "row of a trial": f"{STAFF} rwcd",
    "assignment rule": "operator manager dispatcher r, admin rwcd",
    "stay on a line": f"{STAFF} r",
    "load of people": "manager dispatcher admin r",
    "passing to a line": f"{STAFF} rwc",
    "making a subordinate request": f"{STAFF} rwc",
    "tasks for several performers": "dispatcher admin rwc",
    "brand": "operator manager dispatcher rc, performer user r, admin rwcd",
    "kind of equipment": "operator manager dispatcher performer user r, admin rwcd",
    "follow-up": "operator manager dispatcher performer user r, admin rwcd",
    "kind of customer": "operator manager dispatcher performer user r, admin rwcd",
    "equipment": "operator manager dispatcher rwc, admin rwcd",
    "equipment of the own visit": (
        "operator manager dispatcher rw, performer r, admin rwd"
    ),
    "parameter": "operator manager dispatcher r, admin rwcd",
    "choice of a parameter": "operator manager dispatcher r, admin rwcd",
    "component": "operator manager dispatcher r, admin rwcd",
    "answer": f"{STAFF} rwcd",
    "answer of the own visit": f"{STAFF} rwcd, performer r",
    "question": f"{STAFF} rwcd",
    "question of the own visit": f"{STAFF} rwcd, performer r",
    **CREW_RIGHTS,
}


class TestRights(VisitsCommon):
    """Who may what; a cell that changes in the code has to change in the table."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.subjects = cls.build_subjects()

    @classmethod
    def build_subjects(cls):
        """``{subject: (record, values to write, values to create)}``."""
        env = cls.env
        order = cls.request.service_quotation_id
        other_team = env["crm.team"].create({"name": "Продажи домов"})
        other_lead = env["crm.lead"].create(
            {
                "name": "Дом",
                "team_id": other_team.id,
                "user_id": env.ref("base.user_admin").id,
            }
        )
        other_order = env["sale.order"].create(
            {
                "partner_id": cls.company_customer.id,
                "opportunity_id": other_lead.id,
                "user_id": env.ref("base.user_admin").id,
            }
        )
        filed = (
            env["crm.lead"]
            .with_user(cls.user_performer)
            .create({"name": "Перегорела лампа", "team_id": cls.team.id})
            .with_user(env.user)
        )
        draft_visit = cls.build_work_order(request_id=cls.request.id)
        leave = {
            "name": "Отпуск",
            "resource_id": cls.colleague.id,
            "date_from": datetime(2026, 12, 7),
            "date_to": datetime(2026, 12, 8),
        }
        skill = env["service.skill"].create({"name": "Сварка"})
        held = {"resource_id": cls.performer.id, "skill_id": skill.id}
        area = env["service.area"].create({"name": "Север", "zip_codes": "190-191"})
        inbound = env["service.inbound"].create({"channel": "mail", "name": "Письмо"})
        return {
            "request": (
                cls.request,
                {"name": "Дверь"},
                {"name": "Дверь", "team_id": cls.team.id},
            ),
            "request of the own visit": (cls.own_request, {"name": "Дверь"}, None),
            "request filed by the performer": (filed, {"name": "Лампа"}, None),
            "lead of another team": (other_lead, {"name": "Дом 2"}, None),
            "requested service": cls.build_line_subject(cls.build_priced_request()),
            "requested service of the own visit": cls.build_line_subject(
                cls.own_request
            ),
            "quotation": (
                order,
                {"note": "Срочно"},
                {"partner_id": cls.customer.id, "opportunity_id": cls.request.id},
            ),
            "version of an offer": (
                order.version_ids,
                {"reason": "Дорого"},
                {"order_id": order.id, "number": 7},
            ),
            "line of a version": (
                order.version_ids.line_ids,
                {"name": "Лифт"},
                {"version_id": order.version_ids.id, "name": "Лифт"},
            ),
            "figures of offers": (
                env["service.offer.report"].search([("order_id", "=", order.id)]),
                {"offered": 5},
                {"offered": 5},
            ),
            "figures of hours and cost": (
                env["service.cost.report"].search(
                    [("work_order_id", "=", cls.own_visit.id)]
                ),
                {"planned_hours": 5},
                {"planned_hours": 5},
            ),
            "refining an offer": (
                env["sale.order.refine"].create(
                    {"reason": "Дорого", "order_ids": order.ids}
                ),
                {"reason": "Долго"},
                {"reason": "Дорого", "order_ids": order.ids},
            ),
            "quotation line": cls.build_order_line_subject(),
            "order of another team": (other_order, {"note": "Срочно"}, None),
            "approval": (
                order.service_approval_ids[0],
                {"state": "approved"},
                {"res_model": order._name, "res_id": order.id, "role": "customer"},
            ),
            "work order": (
                draft_visit,
                {"instruction": "Код домофона 12"},
                {"partner_id": cls.customer.id, "team_id": cls.team.id},
            ),
            "own work order": (cls.own_visit, {"report": "Смазал"}, None),
            "work order line": (
                cls.visit.line_ids,
                {"quantity_done": 1},
                {"work_order_id": cls.visit.id, "name": "Смазка"},
            ),
            "own work order line": (
                cls.own_visit.line_ids,
                {"quantity_done": 1},
                {"work_order_id": cls.own_visit.id, "name": "Смазка"},
            ),
            **cls.build_document_subjects(),
            **cls.build_paper_subjects(),
            "inbound message": (inbound, {"state": "done"}, {"channel": "mail"}),
            "problem code": (
                env["service.problem.code"].create({"name": "Нет питания"}),
                {"name": "Нет света"},
                {"name": "Шум"},
            ),
            "action from a phone": (
                env["service.phone.action"].create(cls.get_phone_values("1")),
                {"is_settled": True},
                cls.get_phone_values("2"),
            ),
            "phase entry": (
                env["service.phase.log"].search(
                    [("res_model", "=", "crm.lead")], limit=1
                ),
                {"value": "1"},
                {"res_model": "crm.lead", "res_id": 1, "field_name": "stage_id"},
            ),
            "customer": (
                cls.build_partner(name="Бета"),
                {"city": "Тверь"},
                {"name": "Гамма"},
            ),
            "further phone": (
                env["service.partner.phone"].create(
                    {"partner_id": cls.customer.id, "phone": "+7 495 120-81-16"}
                ),
                {"phone": "+7 495 120-81-17"},
                {"partner_id": cls.customer.id, "phone": "+7 495 120-81-18"},
            ),
            "service": (
                cls.build_product("Смазка").product_tmpl_id,
                {"list_price": 5},
                {"name": "Замена"},
            ),
            "category": (
                env["service.category"].create({"name": "Эскалаторы"}),
                {"name": "Лифты"},
                {"name": "Двери"},
            ),
            "price list": (
                env["product.pricelist"].create({"name": "Опт"}),
                {"name": "Розница"},
                {"name": "Опт 2"},
            ),
            "performer": (
                cls.build_performer(name="Бригада 2"),
                {"service_capacity": 2},
                {"name": "Бригада", "is_performer": True, "resource_type": "user"},
            ),
            "area": (area, {"zip_codes": "192"}, {"name": "Юг"}),
            "provider of ways": (
                env["service.travel.provider"].create(
                    {
                        "name": "Дороги",
                        "url": "http://x.example",
                        "active": False,
                    }
                ),
                {"name": "Карта"},
                {
                    "name": "Карта",
                    "url": "http://x.example",
                    "active": False,
                },
            ),
            "plan of visits": (
                cls.build_plan_subject(draft_visit),
                {"seconds": 30},
                {"date_start": "2030-01-07", "date_end": "2030-01-08"},
            ),
            "visit of a plan": (
                cls.build_plan_subject(draft_visit).line_ids,
                {"is_wanted": False},
                {"order_id": draft_visit.id, "kind": "left"},
            ),
            "what counts in suggestions": (
                env["service.suggestion.weight"].search([("key", "=", "travel")]),
                {"level": "off"},
                {"key": "load", "company_id": env.company.id},
            ),
            "skill": (
                env["service.skill"].create({"name": "Пайка"}),
                {"name": "Сварка 2"},
                {"name": "Высота"},
            ),
            "held skill": (
                env["service.resource.skill"].create(held),
                {"date_expiry": "2027-01-01"},
                {**held, "resource_id": cls.colleague.id},
            ),
            "absence of a colleague": (
                env["resource.calendar.leaves"].create(leave),
                {"name": "Болезнь"},
                {
                    **leave,
                    "date_from": datetime(2026, 12, 9),
                    "date_to": datetime(2026, 12, 10),
                },
            ),
            "team": (
                env["crm.team"].create({"name": "Сервис 2", "is_service": True}),
                {"name": "Сервис 3"},
                {"name": "Сервис 4", "is_service": True},
            ),
            "stage": (
                env["crm.stage"].create({"name": "Ждём запчасти"}),
                {"name": "Запчасти"},
                {"name": "Ещё этап"},
            ),
            "loss reason": (
                env["crm.lost.reason"].create({"name": "Дорого"}),
                {"name": "Очень дорого"},
                {"name": "Долго"},
            ),
            "rate limit": (
                env["service.rate.limit"].create(cls.get_limit_values()),
                {"count": 0},
                {**cls.get_limit_values(), "key": "y"},
            ),
            "rating of the request": (
                env["rating.rating"].create(
                    {
                        "res_model_id": env["ir.model"]._get_id("crm.lead"),
                        "res_id": cls.own_request.id,
                    }
                ),
                {"rating": 5},
                {
                    "res_model_id": env["ir.model"]._get_id("crm.lead"),
                    "res_id": cls.own_request.id,
                    "rating": 5,
                },
            ),
            "message with the customer's link": (
                cls.own_visit.message_post(
                    body=cls.own_visit._get_service_tracking_url()
                ),
                None,
                None,
            ),
            "note on the own work order": (
                cls.own_visit.message_post(body="Ключ у консьержа"),
                {"body": "Ключа нет"},
                None,
            ),
            "reason of a step": (
                env["service.work.order.step"].create(
                    {
                        "step": "refuse",
                        "reason": "Болею",
                        "work_order_ids": cls.own_visit.ids,
                    }
                ),
                {"reason": "Отпуск"},
                {"step": "refuse", "reason": "Болею", "work_order_ids": []},
            ),
            "decision on an approval": (
                env["service.approval.wizard"].create(
                    {
                        "approval_id": order.service_approval_ids[0].id,
                        "decision": "approved",
                    }
                ),
                {"comment": "Да"},
                {
                    "approval_id": order.service_approval_ids[0].id,
                    "decision": "approved",
                },
            ),
            "decision on a message": (
                env["service.inbound.decision"].create(
                    {"inbound_ids": inbound.ids, "mode": "attach"}
                ),
                {"partner_id": cls.customer.id},
                {"inbound_ids": inbound.ids, "mode": "attach"},
            ),
            "opening again": (
                env["service.request.reopen"].create({"reason": "Снова шумит"}),
                {"reason": "Стучит"},
                {"reason": "Снова шумит"},
            ),
            **cls.build_line_subjects(),
            "assignment rule": (
                env["service.assignment.rule"].create({"name": "Правило"}),
                {"name": "По очереди"},
                {"name": "По загрузке"},
            ),
            **cls.build_equipment_subjects(),
            **build_crew_subjects(cls),
            **cls.build_tender_subjects(),
            **cls.build_contract_subjects(),
            **cls.build_price_subjects(),
            **cls.build_kit_subjects(),
        }

    @classmethod
    def build_line_subjects(cls):
        env = cls.env
        stay = {
            "request_id": cls.own_request.id,
            "line": "1",
            "date_from": datetime(2026, 12, 1, 9),
            "date_to": datetime(2026, 12, 1, 10),
        }
        passing = {"request_ids": cls.request.ids, "reason": "Сложно"}
        child = {"parent_id": cls.request.id, "name": "Розетка"}
        return {
            "stay on a line": (
                env["service.request.stay"].create(stay),
                {"reason": "Не знаю"},
                stay,
            ),
            "load of people": (
                env["service.load.report"].search(
                    [("work_order_id", "=", cls.own_visit.id)]
                ),
                {"hours": 5},
                {"hours": 5},
            ),
            "passing to a line": (
                env["service.request.escalation"].create(passing),
                {"reason": "Не знаю"},
                passing,
            ),
            "tasks for several performers": (
                env["service.request.performers"].create(
                    {"request_id": cls.request.id}
                ),
                {"planned_hours": 2},
                {"request_id": cls.request.id},
            ),
            "making a subordinate request": (
                env["service.request.child"].create(child),
                {"name": "Выключатель"},
                child,
            ),
        }

    @classmethod
    def build_kit_subjects(cls):
        env = cls.env
        length, urgency = env["service.parameter"].create(
            [
                {"name": "Длина", "code": "rights_length"},
                {"name": "Срочность", "code": "rights_urgency", "kind": "choice"},
            ]
        )
        option = {"parameter_id": urgency.id, "name": "Срочно", "code": "urgent"}
        component = {
            "product_tmpl_id": cls.build_product("Ремонт").product_tmpl_id.id,
            "product_id": cls.build_product("Обои").id,
            "quantity_method": "fixed",
        }
        subjects = {
            "parameter": (
                length,
                {"name": "Длина комнаты"},
                {"name": "Ширина", "code": "rights_width"},
            ),
            "choice of a parameter": (
                env["service.parameter.option"].create(option),
                {"name": "Очень срочно"},
                {**option, "code": "today"},
            ),
            "component": (
                env["service.component"].create(component),
                {"quantity": 2},
                component,
            ),
        }
        for subject, request in (
            ("answer", cls.build_priced_request()),
            ("answer of the own visit", cls.own_request),
        ):
            answer = {"request_id": request.id, "parameter_id": length.id}
            subjects[subject] = (
                env["service.request.value"].create(answer),
                {"value_number": 5},
                {**answer, "parameter_id": urgency.id},
            )
            question = {"request_id": request.id, "name": "Какой этаж?"}
            subjects[subject.replace("answer", "question")] = (
                env["service.request.question"].create(question),
                {"answer": "Пятый"},
                question,
            )
        return subjects

    @classmethod
    def build_price_subjects(cls):
        env = cls.env
        trial = env["service.price.rule.try"].create({})
        return {
            "customer segment": (
                env["service.segment"].create({"name": "Постоянные клиенты"}),
                {"name": "Крупные клиенты"},
                {"name": "Управляющие компании"},
            ),
            "price rule": (
                env["service.price.rule"].create({"name": "Срочно", "percent": 30}),
                {"name": "Очень срочно"},
                {"name": "Без лифта", "percent": 10},
            ),
            "exclusive price rules": (
                env["service.price.rule.group"].create({"name": "Время"}),
                {"name": "Ночь и выходные"},
                {"name": "Скидки"},
            ),
            "trial of price rules": (
                trial,
                {"request_id": cls.request.id},
                {"request_id": cls.request.id},
            ),
            "row of a trial": (
                env["service.price.rule.try.line"].create({"try_id": trial.id}),
                {"reason": "Нет ответа"},
                {"try_id": trial.id},
            ),
        }

    @classmethod
    def build_tender_subjects(cls):
        values = {"subject": "Лифты", "partner_id": cls.company_customer.id}
        tender = cls.env["service.tender"].create(values)
        line = cls.env["service.tender.line"].create(
            {"tender_id": tender.id, "name": "Осмотр"}
        )
        offer = {"line_id": line.id, "price": 100}
        bid = {"tender_id": tender.id, "partner_id": cls.customer.id, "amount": 90}
        return {
            "tender": (cls.env["service.tender"].create(values), {"url": "x"}, values),
            "item of a tender": (
                line,
                {"quantity": 2},
                {"tender_id": tender.id, "name": "Смазка"},
            ),
            "price found for a tender": (
                cls.env["service.tender.offer"].create(offer),
                {"price": 101},
                offer,
            ),
            "bid in a tender": (
                cls.env["service.tender.bid"].create(bid),
                {"amount": 91},
                {**bid, "partner_id": cls.company_customer.id},
            ),
        }

    @classmethod
    def build_contract_subjects(cls):
        env = cls.env
        values = {"subject": "Обслуживание", "partner_id": cls.company_customer.id}
        contract = env["service.contract"].create(values)
        service = {
            "contract_id": contract.id,
            "product_id": cls.build_product("Вывоз мусора").id,
        }
        line = env["service.contract.line"].create(service)
        use = {"contract_id": contract.id, "line_id": line.id, "quantity": 2}
        period = {
            "contract_id": contract.id,
            "date_start": "2026-11-01",
            "date_end": "2026-11-30",
        }
        pause = {"contract_id": contract.id, "date_start": "2026-11-01"}
        care = {"contract_id": contract.id, "name": "Осмотр", "every_months": 6}
        payment = {
            "contract_id": contract.id,
            "name": "Аванс",
            "date": "2026-12-01",
            "amount": 500,
        }
        return {
            "contract": (
                env["service.contract"].create(values),
                {"subject": "Ремонт"},
                values,
            ),
            "planned payment": (
                env["service.contract.payment"].create(payment),
                {"amount": 600},
                payment,
            ),
            "service of a contract": (
                env["service.contract.line"].create(
                    {**service, "product_id": cls.build_product("Охрана").id}
                ),
                {"price_unit": 5},
                {**service, "product_id": cls.build_product("Связь").id},
            ),
            "consumption of a contract": (
                env["service.contract.use"].create(use),
                {"quantity": 3},
                use,
            ),
            "invoiced period of a contract": (
                env["service.contract.period"].create(period),
                {"date_end": "2026-11-29"},
                {**period, "date_start": "2026-12-01", "date_end": "2026-12-31"},
            ),
            "pause of a contract": (
                env["service.contract.pause"].create(pause),
                {"date_start": "2026-11-02"},
                pause,
            ),
            "maintenance of a contract": (
                env["service.contract.maintenance"].create(care),
                {"name": "Ремонт"},
                care,
            ),
            "end of a contract": (
                env["service.contract.terminate"].create({"reason": "Дорого"}),
                {"reason": "Переезд"},
                {"reason": "Дорого"},
            ),
        }

    @classmethod
    def build_document_subjects(cls):
        env = cls.env
        kind = env["service.document.type"].create({"name": "Акт", "kind": "act"})
        other = kind.copy({"name": "Акт осмотра"})
        document = {"type_id": kind.id, "request_id": cls.request.id}
        need = {"request_id": cls.request.id, "type_id": kind.id}
        paper = env["service.document"].create(document)
        own = {"type_id": kind.id, "work_order_id": cls.own_visit.id}
        own_paper = env["service.document"].create(own)
        signing = {"document_id": own_paper.id, "signed_by": "Анна"}
        cancelling = {"document_ids": paper.ids, "reason": "Ошибка"}
        scan = {"scan_ids": [Command.clear()]}
        return {
            "kind of document": (
                kind.copy(),
                {"name": "Акт сдачи"},
                {"name": "Справка", "kind": "other"},
            ),
            "document of a set": (
                env["service.document.need"].create(need),
                {"is_required": True},
                {**need, "type_id": other.id},
            ),
            "document": (paper, scan, document),
            "document of the own visit": (own_paper, scan, None),
            "signature of a document": (
                env["service.document.sign"].create(signing),
                {"signed_by": "Борис"},
                signing,
            ),
            "cancelling a document": (
                env["service.document.cancel"].create(cancelling),
                {"reason": "Дважды"},
                cancelling,
            ),
        }

    @classmethod
    def build_paper_subjects(cls):
        """What stands on papers: lines, decisions, questions."""
        env = cls.env
        kind = env["service.document.type"].create({"name": "Акт", "kind": "act"})
        values = {"type_id": kind.id, "request_id": cls.request.id}
        document = env["service.document"].create(values)
        own = env["service.document"].create(
            {"type_id": kind.id, "work_order_id": cls.own_visit.id}
        )
        line = {"document_id": document.id, "name": "Осмотр"}
        own_line = {**line, "document_id": own.id}
        question = {"type_id": kind.id, "name": "Всё ли понравилось?"}
        asked = {"document_id": document.id, "name": "Всё ли понравилось?"}
        return {
            "line of a document": (
                env["service.document.line"].create(line),
                {"quantity": 2},
                line,
            ),
            "line of a document of the own visit": (
                env["service.document.line"].create(own_line),
                {"quantity": 2},
                own_line,
            ),
            "decision of a meeting": (
                env["service.document.decision"].create(line),
                {"date_due": "2026-12-01"},
                line,
            ),
            "question of a document": (
                env["service.document.question"].create(asked),
                {"answer": "text"},
                asked,
            ),
            "question of a kind": (
                env["service.document.question"].create(question),
                {"answer": "text"},
                question,
            ),
        }

    @classmethod
    def build_equipment_subjects(cls):
        env = cls.env
        values = {"name": "Лифт 1", "partner_id": cls.customer.id}
        equipment = env["service.equipment"].create([values, values])
        cls.own_request.equipment_id = equipment[1]
        kind = env["service.equipment.type"].create({"name": "Эскалатор"})
        brand = env["service.brand"].create({"name": "Щербинка"})
        return {
            "brand": (brand, {"name": "МЛМ"}, {"name": "Могилёв"}),
            "kind of equipment": (kind, {"name": "Лифт"}, {"name": "Котёл"}),
            "follow-up": (
                env["service.follow.up"].create(
                    {
                        "product_tmpl_id": cls.inspection.product_tmpl_id.id,
                        "offer_id": cls.build_product("Осмотр").product_tmpl_id.id,
                    }
                ),
                {"days": 5},
                {
                    "product_tmpl_id": cls.inspection.product_tmpl_id.id,
                    "offer_id": cls.build_product("Ремонт").product_tmpl_id.id,
                },
            ),
            "kind of customer": (
                env["service.customer.type"].create({"name": "Аптека"}),
                {"name": "Сеть аптек"},
                {"name": "УК"},
            ),
            "equipment": (equipment[0], {"serial": "4711"}, values),
            "equipment of the own visit": (equipment[1], {"serial": "4711"}, None),
        }

    @classmethod
    def build_plan_subject(cls, visit):
        plan = cls.env["service.plan"].create({"team_id": cls.team.id})
        cls.env["service.plan.line"].create(
            {"plan_id": plan.id, "order_id": visit.id, "kind": "new"}
        )
        return plan

    @classmethod
    def build_line_subject(cls, request):
        line = request.request_line_ids
        values = {"request_id": request.id, "name": "Что-то ещё"}
        return line, {"quantity": 2}, values

    @classmethod
    def build_order_line_subject(cls):
        request = cls.build_priced_request()
        request.with_user(cls.user_dispatcher).action_make_quotation()
        line = request.service_quotation_id.order_line
        values = {"order_id": line.order_id.id, "product_id": cls.inspection.id}
        return line, {"product_uom_qty": 2}, values

    @classmethod
    def get_phone_values(cls, key):
        return {
            "key": key,
            "user_id": cls.user_performer.id,
            "company_id": cls.env.company.id,
            "kind": "report",
            "state": "refused",
        }

    @classmethod
    def get_limit_values(cls):
        return {"key": "x", "window_start": datetime(2026, 12, 1), "count": 1}

    def test_roles_models_operations(self):
        self.check_table(RIGHTS, self.subjects)

    def test_the_table_has_every_own_model(self):
        """A model of ours without a row would have rights nobody looked at."""
        own = {
            model._name
            for model in self.env.registry.values()
            if model._original_module == "service_crm" and model._auto
        }
        covered = {subject[0]._name for subject in self.subjects.values()}
        self.assertFalse(own - covered)
