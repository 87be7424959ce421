"""The language of formulas and conditions: small, safe, with units.

::

    2 * (length + width) * height          66 m² for 5 m, 6 m and 3 m
    pack(area * 1.05, 20 m²)               up to whole packs
    if(storey > 5, 10 %, 0)                conditions: and, or, not, =, !=, <, in (…)
    table(area, 0 m²: 10, 50 m²: 8)        from 50 m² on 8
    walls = "flat" and urgency in ("urgent", "today")

Numbers have a decimal point and may have a unit: ``2.5 m``, ``20 m²``, ``10%``. A comma
between digits is refused, since ``2,5`` may be one number or two. Nothing of Python can
be reached: a formula is cut into tokens, parsed into the nodes of
``expression_nodes.py`` and ``expression_logic.py`` and computed by their closures, with
``Decimal`` and within limits on length, nesting and size of numbers.
"""

from datetime import date
from functools import lru_cache

from .expression_logic import FUNCTIONS, Among, Comparison, Logic, Not, Table
from .expression_nodes import (
    AND,
    COMPARE,
    NOT,
    OR,
    POWER,
    PRODUCT,
    SIGN,
    SUM,
    Day,
    Minus,
    Name,
    Number,
    Power,
    Product,
    Sum,
    Text,
    Truth,
    describe_result,
)
from .expression_tokens import ExpressionError, is_name, tokenize

__all__ = [
    "FUNCTION_NAMES",
    "Expression",
    "ExpressionError",
    "get_names",
    "is_name",
    "parse",
]

FUNCTION_NAMES = frozenset(FUNCTIONS) | {"date", "table"}

MAX_DEPTH = 30
MAX_NODES = 500
BINDING = {
    "or": OR,
    "and": AND,
    "=": COMPARE,
    "!=": COMPARE,
    "<": COMPARE,
    "<=": COMPARE,
    ">": COMPARE,
    ">=": COMPARE,
    "in": COMPARE,
    "not": COMPARE,
    "+": SUM,
    "-": SUM,
    "*": PRODUCT,
    "/": PRODUCT,
    "^": POWER,
    "power": POWER,
}


class Expression:
    """A parsed formula. Made by :func:`parse`, shared, never changed."""

    __slots__ = ("_compute", "_node", "names", "text")

    def __init__(self, text, node, names):
        self.text = text
        self.names = names
        self._node = node
        self._compute = node.compile()

    def __str__(self):
        return self._node.text()

    def is_opposite(self, other):
        """Whether exactly one of two conditions holds, by how they are written.

        ``a > 5`` and ``a <= 5``, ``urgent`` and ``not urgent``.
        """
        return str(other) in self._node.get_opposites() or (
            str(self) in other._node.get_opposites()
        )

    def check(self, types):
        """The type of the result; wrong units, types and names are errors.

        :param dict types: ``{name: Unit or "bool", "text", "date"}``
        :return: a :class:`~.units.Unit`, ``"bool"``, ``"text"``, ``"date"``, or
            ``"zero"`` for a bare 0, which goes with every unit
        """
        return self._node.get_type(types)

    def evaluate(self, values):
        """The result: a ``Decimal`` in base units, a bool, a text or a date.

        :param dict values: ``{name: number, Quantity, bool, text or date}``
        """
        return self._compute(values)

    def is_true(self, values):
        """Whether a condition holds; what is no condition is an error."""
        result = self._compute(values)
        if type(result) is not bool:
            raise ExpressionError("not_a_condition", 0)
        return result

    def explain(self, values, unit=None, point=".", result=None):
        """The computation in words: ``2 × (5 m + 6 m) × 3 m = 66 m²``.

        :param unit: the unit of the result; its base unit when not given
        :param point: the decimal sign of the reader's language
        :param result: of :meth:`evaluate`, when it is known already
        """
        if result is None:
            result = self._compute(values)
        words = self._node.words(values, point)
        end = describe_result(self._node, values, unit, point, result)
        return end if words == end else f"{words} = {end}"


@lru_cache(maxsize=4096)
def parse(text):
    """The formula of a text, parsed and compiled once.

    :raise ExpressionError: with the place of what is wrong
    """
    parser = _Parser(text)
    node = parser.read_all()
    return Expression(text, node, frozenset(parser.names))


def get_names(text):
    """The names of a formula, ``walls`` for ``walls.value``; none of a wrong one."""
    try:
        names = parse(text).names if text else ()
    except ExpressionError:
        names = ()
    return {name.split(".", 1)[0] for name in names}


class _Parser:
    """Pratt's way: each operator binds with its power, from the left."""

    def __init__(self, text):
        self.tokens = tokenize(text)
        self.index = 0
        self.nodes = 0
        self.depth = 0
        self.names = set()

    @property
    def token(self):
        return self.tokens[self.index]

    def take(self):
        token = self.token
        self.index += 1
        return token

    def expect(self, kind):
        if self.token.kind != kind:
            self.fail(kind)
        return self.take()

    def fail(self, wanted=None):
        token = self.token
        found = "" if token.kind == "end" else str(token.value)
        code = "unfinished" if token.kind == "end" else "unexpected"
        raise ExpressionError(code, token.at, found=found, wanted=wanted or "")

    def make(self, kind, *args):
        """A node, as long as the formula is not too much."""
        self.nodes += 1
        if self.nodes > MAX_NODES:
            raise ExpressionError("too_many", args[0], maximum=MAX_NODES)
        node = kind(*args)
        if node.depth > MAX_DEPTH:
            raise ExpressionError("too_deep", args[0], maximum=MAX_DEPTH)
        return node

    def read_all(self):
        node = self.read_expression(0)
        if self.token.kind != "end":
            self.fail()
        return node

    def read_expression(self, power):
        """An expression of operators that bind more than ``power``."""
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise ExpressionError("too_deep", self.token.at, maximum=MAX_DEPTH)
        node = self.read_start()
        while BINDING.get(self.token.kind, 0) > power:
            node = self.read_operator(node)
        self.depth -= 1
        return node

    def read_start(self):
        token = self.take()
        kind = token.kind
        if kind == "number":
            return self.make(Number, token.at, token.value, token.unit)
        if kind == "text":
            return self.make(Text, token.at, token.value)
        if kind in ("true", "false"):
            return self.make(Truth, token.at, kind == "true")
        if kind == "name":
            return self.read_name(token)
        if kind == "(":
            node = self.read_expression(0)
            self.expect(")")
            return node
        if kind == "-":
            return self.make(Minus, token.at, self.read_expression(SIGN))
        if kind == "not":
            return self.make(Not, token.at, self.read_expression(NOT))
        self.index -= 1
        return self.fail()

    def read_name(self, token):
        if self.token.kind != "(":
            self.names.add(token.value)
            return self.make(Name, token.at, token.value)
        function = token.value.lower()
        self.take()
        if function == "date":
            return self.read_date(token)
        if function == "table":
            return self.read_table(token)
        if function not in FUNCTIONS:
            raise ExpressionError(
                "unknown_function",
                token.at,
                function=token.value,
                known=tuple(sorted(FUNCTION_NAMES)),
            )
        return self.make(FUNCTIONS[function], token.at, *self.read_list())

    def read_list(self):
        """Expressions up to the closing bracket."""
        nodes = []
        while self.token.kind != ")":
            nodes.append(self.read_expression(0))
            if self.token.kind != ")":
                self.expect(",")
                if self.token.kind == ")":
                    self.fail()
        self.take()
        return nodes

    def read_date(self, token):
        written = self.expect("text")
        self.expect(")")
        day = written.value.strip()
        if day[2:3] == "." and day[5:6] == ".":
            day = f"{day[6:]}-{day[3:5]}-{day[:2]}"
        try:
            value = date.fromisoformat(day)
        except ValueError:
            raise ExpressionError("bad_date", written.at, value=written.value) from None
        return self.make(Day, token.at, value)

    def read_table(self, token):
        subject = self.read_expression(0)
        rows = []
        while self.token.kind == ",":
            self.take()
            key = self.read_start()
            if key.__class__ is Minus and key.children[0].__class__ is Number:
                number = key.children[0]
                key = self.make(Number, key.at, -number.value, number.unit)
            self.expect(":")
            rows.append((key, self.read_expression(0)))
        self.expect(")")
        return self.make(Table, token.at, subject, rows)

    def read_operator(self, left):
        token = self.take()
        kind = token.kind
        power = BINDING[kind]
        if kind in ("+", "-", "*", "/"):
            self.index -= 1
            return self.read_chain(left, power, Sum if power == SUM else Product)
        if kind in ("and", "or"):
            terms = [left, self.read_expression(power)]
            while self.token.kind == kind:
                self.take()
                terms.append(self.read_expression(power))
            return self.make(Logic, left.at, kind, terms)
        if kind == "power":
            return self.make(Power, token.at, left, token.value)
        if kind == "^":
            exponent = self.expect("number")
            whole = exponent.value == int(exponent.value) and not exponent.unit
            return self.make(
                Power, exponent.at, left, int(exponent.value) if whole else 0
            )
        return self.read_comparison(left, token)

    def read_chain(self, left, power, kind):
        """All terms of a sum, all factors of a product: one node, however many."""
        operators, terms = [], [left]
        while BINDING.get(self.token.kind) == power:
            operators.append(self.take().kind)
            terms.append(self.read_expression(power))
        return self.make(kind, left.at, operators, terms)

    def read_comparison(self, left, token):
        kind = token.kind
        negated = kind == "not"
        if negated or kind == "in":
            if negated:
                self.expect("in")
            self.expect("(")
            options = self.read_list()
            if not options:
                raise ExpressionError("arguments", token.at, function="in", least=1)
            node = self.make(Among, token.at, left, *options)
            if negated:
                node = self.make(Not, token.at, node)
        else:
            right = self.read_expression(COMPARE)
            node = self.make(Comparison, token.at, kind, left, right)
        if BINDING.get(self.token.kind) == COMPARE:
            raise ExpressionError("chain", self.token.at)
        return node
