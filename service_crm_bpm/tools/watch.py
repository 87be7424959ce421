"""What processes watch for; plain Python, compiled once."""

from typing import Any, NamedTuple

ANY = frozenset({"*"})  # any field of a model


class StartRule(NamedTuple):
    """A process that starts by itself."""

    process_id: int
    mode: str  # create or condition
    domain: Any
    fields: frozenset


class Watch:
    """Per model: fields whose changes are noted, and why."""

    def __init__(self):
        self.starts = {}  # {model: [StartRule]}
        self.events = {}  # {model: {event kind: fields}}
        self.created = set()  # models whose new records count
        self.links = {}  # {model of lines: fields that lead to the document}

    def add_start(self, model, rule):
        self.starts.setdefault(model, []).append(rule)
        self.created.add(model)

    def add_event(self, model, kind, names, created=False):
        kinds = self.events.setdefault(model, {})
        kinds[kind] = kinds.get(kind, frozenset()) | names
        if created:
            self.created.add(model)

    def add_link(self, model, name):
        """Lines of a document: new ones count, and those that come to another one."""
        self.links[model] = self.links.get(model, frozenset()) | {name}
        self.add_event(model, "look", frozenset([name]), created=True)

    @property
    def models(self):
        return {*self.starts, *self.events}

    def get_noted(self, model, names):
        """Those of changed fields that somebody watches."""
        wanted = set()
        for fields in self.events.get(model, {}).values():
            if fields == ANY or ANY <= fields:
                return set(names)
            wanted |= fields
        for rule in self.starts.get(model, ()):
            if rule.mode == "condition":
                wanted |= rule.fields
        return wanted.intersection(names)

    def get_kinds(self, model, names, created):
        """Kinds of events that changes of a record may be."""
        return {
            kind
            for kind, fields in self.events.get(model, {}).items()
            if created or ANY <= fields or fields.intersection(names)
        }
