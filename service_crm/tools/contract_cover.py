"""Which contract covers a request."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Cover:
    """What one contract covers; without sites and equipment, all of the customer."""

    contract_id: int
    sites: frozenset = frozenset()
    equipment: frozenset = frozenset()

    def get_fit(self, site, equipment):
        """How closely the contract fits: 0 not at all, then customer, site, thing."""
        if equipment and equipment in self.equipment:
            return 4
        if equipment and self.equipment:
            return 0
        if site and site in self.sites:
            return 3
        if site and self.sites:
            return 0
        return 1 if self.sites or self.equipment else 2


def choose(covers, site=None, equipment=None):
    """The one contract that fits best.

    :param covers: those of the customer that are in force
    :return: its id; ``None`` when none fits, or several fit equally well
    """
    fits = {cover: cover.get_fit(site, equipment) for cover in covers}
    best = max(fits.values(), default=0)
    found = [cover for cover, fit in fits.items() if fit == best]
    return found[0].contract_id if best and len(found) == 1 else None
