"""Whether an uploaded file is a plain DOCX: no macros, nothing embedded or linked."""

import io
import re
import zipfile

from lxml import etree

FILE_LIMIT = 5 * 1024 * 1024  # bytes as uploaded
UNPACKED_LIMIT = 40 * 1024 * 1024
XML_LIMIT = 3 * 1024 * 1024  # one XML part: a hundred pages of text are less
FILLED_LIMIT = 80 * 1024 * 1024  # the same part when it is filled
ENTRY_LIMIT = 500
MAIN_TYPE = (
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
)
# Attributes that take a picture or text from outside by its relation: of whichever
# of the two namespaces of relations.
LINKING = re.compile(r"^\{[^}]*/relationships\}(link|href)$")
ACTIVE_NAMES = re.compile(
    r"vbaproject|vbadata|/activex/|/embeddings/|/customui/|oleobject|\.bin$|\.exe$"
    r"|\.vbs$|\.js$|\.ps1$",
    re.IGNORECASE,
)
ACTIVE_TYPES = re.compile(
    r"macroenabled|vbaproject|oleobject|activex|/package$|attachedtemplate|afchunk"
    r"|/subdocument|/control$|/frame$",
    re.IGNORECASE,
)
# What may lead out of the file: links a person clicks on.
LINK = re.compile(r"^(https?://|mailto:|tel:)", re.IGNORECASE)
# Instructions that fetch, run or insert something.
INSTRUCTION = re.compile(
    r"\b(INCLUDEPICTURE|INCLUDETEXT|IMPORT|DDE|DDEAUTO|LINK|DATABASE|RD|MACROBUTTON"
    r"|AUTOTEXT|MERGEFIELD\s+\\)\b",
    re.IGNORECASE,
)


class DocxError(Exception):
    """Why a file is refused, as data.

    :param code: key of the sentence
    :param values: what the sentence names
    """

    def __init__(self, code, **values):
        super().__init__(code, values)
        self.code = code
        self.values = values


def check_archive(content):
    """Refuse whatever is no plain DOCX.

    :raise DocxError: with the first thing that is wrong
    """
    if len(content) > FILE_LIMIT:
        raise DocxError("too_big", limit=FILE_LIMIT // 1024 // 1024)
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = _unpack(archive)
    except (zipfile.BadZipFile, OSError, EOFError, RuntimeError, ValueError) as error:
        # RuntimeError: an entry with a password; ValueError: broken sizes
        raise DocxError("no_docx") from error
    except NotImplementedError as error:  # a way of packing Word does not use
        raise DocxError("no_docx") from error
    _check_content_types(parts)
    for name, data in parts.items():
        if ACTIVE_NAMES.search(f"/{name}") and "printersettings" not in name.lower():
            raise DocxError("active", part=name)
        if name.lower().endswith((".xml", ".rels")):
            _check_xml(name, data)


def _unpack(archive):
    """``{name: bytes}`` of all entries, within the limits."""
    entries = archive.infolist()
    if len(entries) > ENTRY_LIMIT:
        raise DocxError("bomb")
    names = [entry.filename for entry in entries]
    if len(set(names)) != len(names):
        raise DocxError("no_docx")
    if "[Content_Types].xml" not in names or "word/document.xml" not in names:
        raise DocxError("no_docx")
    parts, left = {}, UNPACKED_LIMIT
    for entry in entries:
        if entry.filename.startswith("/") or ".." in entry.filename.split("/"):
            raise DocxError("no_docx")
        # The sizes in the directory of the file may lie: what counts is what comes.
        with archive.open(entry) as part:
            data = part.read(left + 1)
        left -= len(data)
        if left < 0:
            raise DocxError("bomb")
        parts[entry.filename] = data
    return parts


def _check_content_types(parts):
    types = _parse("[Content_Types].xml", parts["[Content_Types].xml"])
    main = None
    for node in types:
        kind = node.get("ContentType") or ""
        if ACTIVE_TYPES.search(kind):
            raise DocxError("active", part=node.get("PartName") or kind)
        if node.get("PartName") == "/word/document.xml":
            main = kind
    if main != MAIN_TYPE:
        raise DocxError("no_docx")


def _check_xml(name, data):
    root = _parse(name, data)
    if name.endswith(".rels"):
        for relation in root:
            target = relation.get("Target") or ""
            kind = relation.get("Type") or ""
            if ACTIVE_TYPES.search(kind):
                raise DocxError("active", part=target)
            if relation.get("TargetMode", "").lower() == "external" and not (
                kind.endswith("/hyperlink") and LINK.match(target)
            ):
                raise DocxError("external", target=target[:200])
        return
    if root.find(".//{*}altChunk") is not None:
        raise DocxError("active", part="altChunk")
    for node in root.iter("*"):
        if any(map(LINKING.match, node.attrib)):
            raise DocxError("external", target=etree.QName(node).localname)
    _check_instructions(root)


def check_filled(content):
    """Refuse a filled template whose fields became ones that fetch or run something.

    :raise DocxError: with the first of them
    """
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for name in archive.namelist():
            if name.startswith("word/") and name.lower().endswith(".xml"):
                _check_instructions(_parse(name, archive.read(name), FILLED_LIMIT))


def _check_instructions(root):
    for instruction in _get_instructions(root):
        found = INSTRUCTION.search(instruction)
        if found:
            raise DocxError("instruction", name=found.group(1).upper())


def _get_instructions(root):
    """Texts of the fields; one may be split over many runs, and hold others."""
    open_fields = [""]
    for node in root.iter("{*}fldSimple", "{*}instrText", "{*}fldChar"):
        name = etree.QName(node).localname
        given = {etree.QName(key).localname: value for key, value in node.items()}
        kind = given.get("fldCharType")
        if name == "fldSimple":
            yield given.get("instr", "")
        elif name == "instrText":
            open_fields[-1] += node.text or ""
        elif kind == "begin":
            open_fields.append("")
        elif kind == "end" and len(open_fields) > 1:
            yield open_fields.pop()
    yield from open_fields


def _parse(name, data, limit=XML_LIMIT):
    """The root of an XML part, without entities."""
    if len(data) > limit:
        raise DocxError("bomb")
    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    try:
        root = etree.fromstring(data, parser=parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise DocxError("broken", part=name) from error
    if root.getroottree().docinfo.doctype:
        raise DocxError("broken", part=name)
    return root
