"""An optional solver library behind the same function as the default search."""


class SolverMissing(Exception):
    """The library is not installed."""


class SolverUnfit(Exception):
    """The problem says what the library cannot be told."""


def solve_with_pyvrp(_model, _run):
    """Sequences of nodes by shift, as PyVRP orders them."""
    try:
        import pyvrp
    except ImportError as error:
        raise SolverMissing from error
    raise SolverUnfit(pyvrp.__name__)
