from odoo.fields import Command

from .common import ServiceCommon


class KitCommon(ServiceCommon):
    """A turnkey renovation: parameters of a room, materials and works by formula."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        metre = cls.env.ref("uom.product_uom_meter")
        cls.square = cls.env.ref("uom.product_uom_square_meter")
        cls.parameters = {}
        for code, name in (
            ("length", "Длина"),
            ("width", "Ширина"),
            ("height", "Высота"),
        ):
            cls.parameters[code] = cls.build_parameter(
                name,
                code,
                uom_id=metre.id,
                maximum=100,
                sequence=len(cls.parameters),
            )
        cls.walls = cls.build_parameter(
            "Стены",
            "walls",
            kind="choice",
            option_ids=[
                Command.create({"name": "Ровные", "code": "flat", "value": 1}),
                Command.create({"name": "Кривые", "code": "rough", "value": 1.5}),
            ],
        )
        floor, wall = "length * width", "2 * (length + width) * height"
        cls.laminate = cls.build_material("Ламинат", 800)
        cls.underlay = cls.build_material("Подложка", 90)
        cls.plaster = cls.build_material("Штукатурка", 350)
        cls.wallpaper = cls.build_material("Обои", 450)
        cls.works = cls.build_material("Работа мастера", 600, type="service")
        cls.kit = cls.build_kit(
            "Ремонт под ключ",
            [
                (cls.laminate, floor),
                (cls.underlay, floor),
                (cls.plaster, wall, {"condition": 'walls = "rough"'}),
                (cls.wallpaper, wall),
                (cls.works, f"{floor} + {wall}"),
            ],
        )

    @classmethod
    def build_parameter(cls, name, code, **values):
        return cls.env["service.parameter"].create(
            {"name": name, "code": code, **values}
        )

    @classmethod
    def build_material(cls, name, price, **values):
        return cls.build_product(
            name, price, **{"type": "consu", "uom_id": cls.square.id, **values}
        )

    @classmethod
    def build_kit(cls, name, parts, publish=True, **values):
        """A kit of ``(product, formula or None)`` or ``(product, formula, values)``."""
        kit = cls.build_product(name, 0.0, **values)
        kit.component_ids = [
            Command.create(
                {
                    "sequence": number,
                    "product_id": part[0].id,
                    "quantity_method": "formula" if part[1] else "fixed",
                    "formula": part[1],
                    **(part[2] if len(part) > 2 else {}),
                }
            )
            for number, part in enumerate(parts)
        ]
        if publish:
            kit.product_tmpl_id.action_publish_kit()
        return kit

    @classmethod
    def build_deal(cls, **values):
        return cls.build_request(
            partner_id=cls.customer.id,
            type="opportunity",
            dispatcher_id=cls.user_dispatcher.id,
            **values,
        )

    def answer(self, request, **answers):
        """Answer the questions of a request by the parameters' names."""
        for row in request.service_value_ids:
            code = row.parameter_id.code
            if code not in answers:
                continue
            value = answers[code]
            if row.parameter_id.kind == "choice":
                option = row.parameter_id.option_ids.filtered(
                    lambda o, value=value: o.code == value
                )
                row.option_id = option
            elif row.parameter_id.kind == "boolean":
                row.value_boolean = value
            else:
                row.value_number = value

    def get_quantities(self, request):
        """``{name of the product: quantity}`` of the computed lines."""
        return {
            line.product_id.name: line.quantity
            for line in request.request_line_ids
            if line.parent_line_id
        }
