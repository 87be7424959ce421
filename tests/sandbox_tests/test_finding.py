"""Finding an Odoo, hashing the addons, names of databases."""

import database
import provision_odoo
import pytest
from paths import SandboxError


def fake_odoo(folder, version):
    (folder / "odoo" / "addons" / "web").mkdir(parents=True)
    release = f"version_info = ({version}, 0, 0, 'final', 0, '')\n"
    (folder / "odoo" / "release.py").write_text(release)
    return folder


def test_given_path_comes_first(tmp_path, monkeypatch):
    given = fake_odoo(tmp_path / "a", "19, 0")
    monkeypatch.setenv("ODOO_HOME", str(fake_odoo(tmp_path / "b", "19, 0")))
    assert provision_odoo.find_odoo(str(given)).python_path == given
    assert provision_odoo.find_odoo().origin == "ODOO_HOME"


def test_another_version_is_refused_in_words(tmp_path):
    old = fake_odoo(tmp_path, "18, 0")
    with pytest.raises(SandboxError, match="no Odoo 19"):
        provision_odoo.find_odoo(str(old))


def test_content_hash_ignores_tests_and_scripts(tmp_path, monkeypatch):
    monkeypatch.setattr(database, "REPOSITORY", tmp_path)
    for name in ("models", "tests", "static"):
        (tmp_path / "addon" / name).mkdir(parents=True)
        (tmp_path / "addon" / name / "a.py").write_text("one")
    before = database.content_hash(["addon"])
    (tmp_path / "addon" / "tests" / "a.py").write_text("two")
    (tmp_path / "addon" / "static" / "a.py").write_text("two")
    assert database.content_hash(["addon"]) == before
    (tmp_path / "addon" / "models" / "a.py").write_text("two")
    assert database.content_hash(["addon"]) != before


def test_leftovers_are_swept_and_what_lives_is_kept(monkeypatch):
    living = database.run_name("tests")
    dropped = []
    databases = database.Databases(server=None)
    names = ["scrm_run_ab12_999999999_tests", living, "scrm_tpl_a", "scrm_tpl_b"]
    notes = {
        "scrm_tpl_a": {"checkout": "/no/such/checkout"},
        "scrm_tpl_b": {"checkout": "/"},
    }
    monkeypatch.setattr(
        databases, "names", lambda prefix="": [n for n in names if n.startswith(prefix)]
    )
    monkeypatch.setattr(databases, "note", notes.get)
    monkeypatch.setattr(databases, "drop", dropped.append)
    databases.sweep()
    assert dropped == [names[0], "scrm_tpl_a"]
