from odoo import api, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL

FACET_TYPES = ("selection", "tags", "boolean", "char")
MAX_FACETS = 12
MAX_VALUES = 30


class ServicePickerMixin(models.AbstractModel):
    """What the picker of services asks of the request or quotation it fills.

    The list itself is Odoo's product catalogue (``product.catalog.mixin``, which the
    model has too); here is what stands around it: the running total, the filters by
    properties, and the line for what is missing.
    """

    _name = "service.picker.mixin"
    _description = "Filled by the picker of services"

    @api.readonly
    def action_picker_state(self):
        """The running total and what may be done: asked after each change."""
        self.ensure_one()
        self.check_access("read")
        return self._get_picker_state()

    @api.model
    @api.readonly
    def action_picker_facets(self, category_id=False):
        """Filters by the properties of a category, those of its branch included.

        Properties of several categories with the same label and type are one filter.

        :return: list of ``{key, label, type, names, values}``, ``values`` being pairs
            of what is searched and what is shown
        """
        category = self.env["service.category"]
        domain = [("id", "child_of", category_id)] if category_id else []
        branches = category.search(domain)
        facets = {}
        for branch in branches:
            for definition in branch.item_properties_definition or []:
                if definition["type"] not in FACET_TYPES:
                    continue
                label = definition.get("string") or ""
                key = f"{definition['type']}:{label.lower()}"
                facet = facets.setdefault(
                    key,
                    {
                        "key": key,
                        "label": label,
                        "type": definition["type"],
                        "names": [],
                        "values": [],
                    },
                )
                if definition["name"] not in facet["names"]:
                    facet["names"].append(definition["name"])
                self._add_facet_values(facet, definition)
        facets = list(facets.values())[:MAX_FACETS]
        self._fill_text_facets(facets, branches)
        return [facet for facet in facets if facet["values"]]

    def action_picker_free_line(self, values):
        """Add a service in free words: nothing in the catalogue fits.

        It is marked, so that an administrator may put it into the catalogue.

        :param values: ``name``, ``quantity`` and ``price_unit``
        :return: the new state, as of :meth:`action_picker_state`
        """
        self.ensure_one()
        self.check_access("write")
        if self._is_readonly():
            raise UserError(
                self.env._("%(name)s can not be changed.", name=self.display_name)
            )
        name = str(values.get("name") or "").strip()
        if not name:
            raise UserError(self.env._("Write what is to be done."))
        quantity = self._read_picker_number(values.get("quantity"), 1.0)
        price = self._read_picker_number(values.get("price_unit"), 0.0)
        self._add_free_line(name, quantity, price)
        return self._get_picker_state()

    @api.model
    def _read_picker_number(self, value, default):
        """A number typed into the picker, or why it is none."""
        if value in (None, False, ""):
            return default
        try:
            number = float(value)
        except (TypeError, ValueError):
            number = -1.0
        if not 0 <= number < 1e12:
            raise UserError(
                self.env._(
                    "“%(value)s” is no quantity or price: write a number of 0 or more.",
                    value=value,
                )
            )
        return number

    def _get_picker_state(self):
        """What the bar below the list shows. Extension point.

        :return: ``total`` and ``untaxed`` as text, ``has_tax``, ``count`` and ``free``
            lines, ``readonly``, ``title`` and the kinds of equipment it ``fits``
        """
        raise NotImplementedError

    def _add_free_line(self, name, quantity, price):
        """Add a line in free words to the record.

        :return: the request line
        """
        raise NotImplementedError

    def _get_picked_kinds(self):
        """Kinds of equipment by which “Fits this customer” filters."""
        self.ensure_one()
        products = self.env["product.product"].with_context(
            order_id=self.id, product_catalog_order_model=self._name
        )
        return products._get_picked_equipment_types()

    def _prepare_picker_action(self, action, name):
        """Odoo's product catalogue, with our shelves and filters."""
        self.ensure_one()
        views = "service_crm.product_view_%s_catalog_request"
        precision = self.env["decimal.precision"].precision_get("Product Unit")
        return {
            **action,
            "name": name,
            "views": [(self.env.ref(views % "kanban").id, "kanban"), (False, "form")],
            "search_view_id": [self.env.ref(views % "search").id, "search"],
            "context": {
                **action["context"],
                "order_id": self.id,
                "search_default_in_catalogue": 1,
                "precision": precision,
            },
        }

    @api.model
    def _add_facet_values(self, facet, definition):
        """What may be chosen, as far as the definition says it."""
        known = {key for key, _label in facet["values"]}
        if definition["type"] == "selection":
            values = [tuple(pair) for pair in definition.get("selection") or []]
        elif definition["type"] == "tags":
            values = [tuple(tag[:2]) for tag in definition.get("tags") or []]
        elif definition["type"] == "boolean":
            values = [(True, self.env._("Yes"))]
        else:
            values = []
        facet["values"] += [pair for pair in values if pair[0] not in known]

    @api.model
    def _fill_text_facets(self, facets, branches):
        """What was written into text properties, the most frequent first."""
        texts = [facet for facet in facets if facet["type"] == "char"]
        if not texts:
            return
        template = self.env["product.template"]
        domain = Domain("service_category_id", "in", branches.ids)
        query = template._search(domain & Domain("sale_ok", "=", True))
        for facet in texts:
            rows = self.env.execute_query(
                SQL(
                    """
                    SELECT value.word FROM product_template item
                    CROSS JOIN LATERAL (
                        SELECT item.service_properties ->> name AS word
                          FROM unnest(%(names)s) AS name
                    ) value
                    WHERE item.id IN %(items)s AND value.word > ''
                      AND value.word != 'false'
                    GROUP BY value.word
                    ORDER BY count(*) DESC, value.word LIMIT %(limit)s
                    """,
                    names=facet["names"],
                    items=query.subselect(),
                    limit=MAX_VALUES,
                )
            )
            facet["values"] = sorted((word, word) for [word] in rows)
