from odoo.exceptions import UserError

from .common_process import ProcessCommon


class CheckCommon(ProcessCommon):
    """What publishing finds, compared with what is wrong."""

    def find(self, process):
        """``{key of the element or "process": [sentence]}``."""
        found = {}
        for element, text in process._find_problems():
            key = "process" if element == process else element.key
            found.setdefault(key, []).append(text)
        return found

    def assertFinds(self, definition, /, **expected):
        """Exactly these elements are wrong, in these words."""
        found = self.find(definition)
        self.assertEqual(set(found), set(expected), found)
        for key, words in expected.items():
            self.assertIn(words, " ".join(found[key]))
        with self.assertRaises(UserError) as caught:
            definition.action_publish()
        for texts in found.values():
            for text in texts:
                self.assertIn(text, str(caught.exception), "publishing lists them all")
        self.assertEqual(definition.state, "draft")

    def assertFine(self, process):
        self.assertEqual(self.find(process), {})
        process.action_publish()
        self.assertEqual(process.state, "published")
