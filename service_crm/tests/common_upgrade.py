from odoo.modules.module import load_script
from odoo.tools import file_path


class UpgradeMixin:
    """Databases as former versions left them, and what an upgrade makes of them."""

    migrations = "19.0.1.1.0"

    def migrate(self, addon, name):
        """Run one script of a migration, as Odoo does in an upgrade."""
        self.env.flush_all()
        path = file_path(f"{addon}/migrations/{self.migrations}/{name}.py")
        load_script(path, name).migrate(self.env.cr, "19.0.1.0.0")
        self.env.invalidate_all()
        self.env.registry.clear_all_caches()

    def query(self, statement, *values):
        """Change rows behind Odoo's back, as they were before."""
        self.env.flush_all()
        self.env.cr.execute(statement, values)
        self.env.invalidate_all()
        self.env.registry.clear_all_caches()

    def add_shipped(self, xml_id, model, **values):
        """A record that came with a former version."""
        record = self.env[model].create(values)
        addon, name = xml_id.split(".")
        self.env["ir.model.data"].create(
            {
                "module": addon,
                "name": name,
                "model": model,
                "res_id": record.id,
                "noupdate": True,
            }
        )
        return record
