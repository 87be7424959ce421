"""DOCX templates with fields: checked when uploaded, filled in a narrow sandbox.

A template may name fields, choose (``if``) and repeat (``for``); nothing else. It sees
plain data only: dictionaries, lists, strings and numbers, never a record. ::

    Contract {{ document.number }} between {{ company.name }} and {{ customer.name }}
    {%tr for line in lines %} … {{ line.name }} … {{ line.total }} … {%tr endfor %}
"""

import difflib
import io
import re
import time
from collections.abc import Mapping

from docxtpl import DocxTemplate
from jinja2 import StrictUndefined, Template, TemplateSyntaxError, nodes
from jinja2.exceptions import SecurityError, TemplateError, UndefinedError
from jinja2.runtime import LoopContext
from jinja2.sandbox import ImmutableSandboxedEnvironment
from lxml import etree

from .docx_archive import DocxError, check_archive, check_filled

TAG = re.compile(r"\{[{%#]")
TAG_ENDS = {"{{": "}}", "{%": "%}", "{#": "#}"}
TAG_LENGTH = 500
TAG_LIMIT = 500
NESTING_LIMIT = 3
ROUND_LIMIT = 20_000  # rounds of all loops of a document
OUTPUT_LIMIT = 20_000_000  # characters of one part
SECONDS = 10
ALLOWED_NODES = (
    nodes.Template,
    nodes.Output,
    nodes.TemplateData,
    nodes.Name,
    nodes.Getattr,
    nodes.Getitem,
    nodes.Const,
    nodes.For,
    nodes.If,
    nodes.CondExpr,
    nodes.Compare,
    nodes.Operand,
    nodes.And,
    nodes.Or,
    nodes.Not,
    nodes.Add,
    nodes.Sub,
    nodes.Mul,
    nodes.Div,
    nodes.FloorDiv,
    nodes.Neg,
    nodes.Pos,
    nodes.Concat,
    nodes.Filter,
    nodes.Keyword,
    nodes.Test,
    nodes.Tuple,
    nodes.List,
)
FILTERS = frozenset(
    "capitalize d default first join last length lower round sum title trim upper"
    " e escape".split()
)
TESTS = frozenset(
    "defined undefined none number string sequence even odd eq ne lt le gt ge"
    " in".split()
)
# Characters an XML file cannot hold.
NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
LOOP = frozenset("index index0 revindex revindex0 first last length".split())


class Rows(list):
    """A list whose rounds are counted."""

    def __init__(self, rows, budget):
        super().__init__(rows)
        self._budget = budget

    def __iter__(self):
        for row in super().__iter__():
            self._budget[0] -= 1
            if self._budget[0] < 0:
                raise DocxError("too_long")
            yield row


class LimitedTemplate(Template):
    """A template whose output and time are bounded."""

    def render(self, *args, **kwargs):
        deadline = time.monotonic() + SECONDS
        pieces, size = [], 0
        for piece in self.root_render_func(self.new_context(dict(*args, **kwargs))):
            size += len(piece)
            if size > OUTPUT_LIMIT or time.monotonic() > deadline:
                raise DocxError("too_long")
            pieces.append(piece)
        return "".join(pieces)


class DocxEnvironment(ImmutableSandboxedEnvironment):
    """Fields, conditions and loops over plain data; no calls, no attributes."""

    template_class = LimitedTemplate
    intercepted_binops = frozenset("*")

    def __init__(self):
        super().__init__(autoescape=True, undefined=StrictUndefined, cache_size=0)
        self.globals = {}
        self.filters = {n: f for n, f in self.filters.items() if n in FILTERS}
        self.tests = {n: t for n, t in self.tests.items() if n in TESTS}

    def _parse(self, source, name, filename):
        tree = super()._parse(source, name, filename)
        check_nodes(tree)
        return tree

    def getattr(self, obj, attribute):
        if isinstance(obj, Mapping) and attribute in obj:
            return obj[attribute]
        if isinstance(obj, LoopContext) and attribute in LOOP:
            return getattr(obj, attribute)
        return self.undefined(obj=obj, name=attribute)

    def getitem(self, obj, argument):
        if isinstance(obj, Mapping) and argument in obj:
            return obj[argument]
        if isinstance(obj, list) and isinstance(argument, int):
            return obj[argument] if -len(obj) <= argument < len(obj) else ""
        return self.undefined(obj=obj, name=argument)

    def is_safe_callable(self, obj):
        return False

    def call_binop(self, context, operator, left, right):
        if not all(isinstance(side, int | float) for side in (left, right)):
            raise SecurityError(operator)
        return super().call_binop(context, operator, left, right)


def check_nodes(tree):
    """Refuse what a template may not contain.

    :raise DocxError: with the first such thing
    """
    _check_node(tree, 0)


def _check_node(node, depth):
    if not isinstance(node, ALLOWED_NODES):
        raise DocxError("forbidden", what=type(node).__name__.lower())
    if isinstance(node, nodes.Name | nodes.Getattr):
        name = node.name if isinstance(node, nodes.Name) else node.attr
        if name.startswith("_"):
            raise DocxError("forbidden", what=name)
    if isinstance(node, nodes.Getitem):
        if not isinstance(node.arg, nodes.Const) or str(node.arg.value).startswith("_"):
            raise DocxError("forbidden", what="[…]")
    if isinstance(node, nodes.Filter) and node.name not in FILTERS:
        raise DocxError("filter", name=node.name, known=", ".join(sorted(FILTERS)))
    if isinstance(node, nodes.Test) and node.name not in TESTS:
        raise DocxError("forbidden", what=node.name)
    if isinstance(node, nodes.For):
        depth += 1
        if depth > NESTING_LIMIT or node.recursive:
            raise DocxError("nesting", limit=NESTING_LIMIT)
        if not isinstance(node.iter, nodes.Name | nodes.Getattr):
            raise DocxError("loop")
    for child in node.iter_child_nodes():
        _check_node(child, depth)


def check_template(content, schema):
    """What is wrong with an uploaded template.

    :param schema: ``{name: label, name: {…}, name: [{…}]}``, the fields there are
    :return: list of :class:`DocxError`; empty when it can be used
    """
    try:
        check_archive(content)
        sources = _get_sources(content)
        environment = DocxEnvironment()
        trees = [environment.parse(source) for source in sources]
    except DocxError as error:
        return [error]
    except TemplateSyntaxError as error:
        return [DocxError("syntax", message=error.message or "")]
    except RecursionError:
        return [DocxError("too_long")]
    except Exception as error:  # whatever a broken file makes of the library
        return [DocxError("broken", part=type(error).__name__)]
    unknown = {}
    for tree in trees:
        _find_unknown(tree, [schema], unknown)
    names = list_fields(schema)
    return [
        DocxError(
            "unknown",
            name=name,
            suggestion=", ".join(difflib.get_close_matches(name, names, 2, 0.6)),
        )
        for name in unknown
    ]


def render(content, data):
    """The template with its fields filled.

    :param content: DOCX that passed :func:`check_template`
    :param data: plain data; lists are copied and their rounds counted
    :return: DOCX as bytes
    :raise DocxError: in words for the author of the template
    """
    check_archive(content)
    template = DocxTemplate(io.BytesIO(content))
    try:
        template.render(_clean(data, [ROUND_LIMIT]), DocxEnvironment(), autoescape=True)
    except DocxError:
        raise
    except UndefinedError as error:
        raise DocxError("unknown", name=error.message or "", suggestion="") from error
    except SecurityError as error:
        raise DocxError("forbidden", what=str(error)) from error
    except TemplateError as error:
        raise DocxError("syntax", message=str(error)) from error
    except (TypeError, ValueError, ArithmeticError) as error:
        raise DocxError("syntax", message=str(error)) from error
    result = io.BytesIO()
    template.save(result)
    filled = result.getvalue()
    check_filled(filled)
    return filled


def list_fields(schema, prefix=""):
    """``{"customer.name": label}``: the fields as they are written."""
    found = {}
    for name, value in schema.items():
        path = f"{prefix}{name}"
        if isinstance(value, dict):
            found |= list_fields(value, f"{path}.")
        elif isinstance(value, list):
            found |= list_fields(value[0], f"{path}[].")
        else:
            found[path] = value
    return found


def _get_sources(content):
    """The texts of a template as the library gives them to the environment."""
    template = DocxTemplate(io.BytesIO(content))
    template.render_init()
    raw = [template.get_xml()]
    for uri in (template.HEADER_URI, template.FOOTER_URI):
        raw += [
            template.get_part_xml(part)
            for _key, part in template.get_headers_footers(uri)
        ]
    raw += [
        part.blob.decode("utf-8")
        for part in template.docx.part.package.iter_parts()
        if part.content_type.endswith("wordprocessingml.footnotes+xml")
    ]
    properties = template.docx.core_properties
    raw += [
        getattr(properties, name)
        for name in (
            "author",
            "comments",
            "identifier",
            "language",
            "subject",
            "title",
        )
    ]
    if sum(map(_count_tags, raw)) > TAG_LIMIT:
        raise DocxError("too_long")
    return [template.patch_xml(source) for source in raw]


def _count_tags(source):
    """Number of tags of one part; each must have its end near.

    The library looks for the end of a tag through the whole file, again and again.
    """
    if not source.lstrip().startswith("<"):
        return _count_closed_tags(source)  # a property of the file
    root = etree.fromstring(source.encode(), etree.XMLParser(resolve_entities=False))
    texts = ["".join(root.itertext())]
    texts += [value for node in root.iter() for value in node.attrib.values()]
    return sum(map(_count_closed_tags, texts))


def _count_closed_tags(text):
    count, position = 0, 0
    while tag := TAG.search(text, position):
        begin = tag.end()
        end = text.find(TAG_ENDS[tag.group()], begin, begin + TAG_LENGTH)
        if end < 0:
            raise DocxError("open", text=text[tag.start() : begin + 40])
        count, position = count + 1, end + 2
    return count


def _find_unknown(node, scopes, unknown):
    """Collect the fields that are not there, as they are written."""
    if isinstance(node, nodes.Name | nodes.Getattr | nodes.Getitem):
        value, path = _resolve(node, scopes)
        if value is None and path:
            unknown[path] = True
        return
    if isinstance(node, nodes.For):
        _find_unknown(node.iter, scopes, unknown)
        value, _path = _resolve(node.iter, scopes)
        inner = value[0] if isinstance(value, list) else {}
        loop = dict.fromkeys(LOOP, "")
        if isinstance(node.target, nodes.Name):
            inner = {node.target.name: inner}
        scopes = [*scopes, {**inner, "loop": loop}]
        children = [*node.body, *node.else_, *([node.test] if node.test else [])]
    else:
        children = node.iter_child_nodes()
    for child in children:
        _find_unknown(child, scopes, unknown)


def _resolve(node, scopes):
    """``(what a name stands for, how it is written)``; ``None`` when it is unknown."""
    if isinstance(node, nodes.Name):
        for scope in reversed(scopes):
            if node.name in scope:
                return scope[node.name], node.name
        return None, node.name
    if isinstance(node, nodes.Getattr):
        owner, path = _resolve(node.node, scopes)
        path = f"{path}.{node.attr}"
        return (owner.get(node.attr) if isinstance(owner, dict) else None), path
    if isinstance(node, nodes.Getitem):
        owner, path = _resolve(node.node, scopes)
        key = node.arg.value
        if isinstance(owner, list) and isinstance(key, int):
            return owner[0], f"{path}[]"
        return (owner.get(key) if isinstance(owner, dict) else None), f"{path}.{key}"
    return "", ""


def _clean(value, budget):
    """Data without characters XML does not know, with counted lists."""
    if isinstance(value, dict):
        return {key: _clean(item, budget) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return Rows([_clean(item, budget) for item in value], budget)
    if value is None or value is False:
        return ""
    if isinstance(value, str):
        return re.sub(
            "[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]", "", value
        )
    return value
