from collections import defaultdict

# {kind of robot: what tests show of it}; filled when the tests are read
SHOWN = defaultdict(set)


def shows(kind, *what):
    """Mark a test that shows the ``effect`` or the ``failure`` of a kind of robot.

    A kind counts only with both, see ``test_robot_shown.py``.
    """
    assert what and set(what) <= {"effect", "failure"}

    def mark(function):
        SHOWN[kind].update(what)
        return function

    return mark
