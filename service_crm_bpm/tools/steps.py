"""What the engine works off within one transaction; plain Python."""

from collections import Counter

MAX_ROUNDS = 100  # stages that follow each other without a person or a pause
MAX_STEPS = 1000  # stages that one run enters in one go, counting parallel ones


class StepChain:
    """Tokens that have to enter their stages, and runs that have to be looked at.

    What is placed by anybody while the chain runs is put behind, never run by
    recursion: a process that starts another one that starts … ends at the limit.
    """

    def __init__(self):
        self.queue = []
        self.touched = {}  # ids of runs, in order
        self.nested = False  # whether something was set going by what was going on
        self.standing = {}  # run id: id of a token that has entered a stage
        self.picked = {}  # (token id, next stage id): user id
        self.rounds = 0
        self.steps = Counter()

    def take(self):
        """The ids to go on with; one round more has begun."""
        taken, self.queue = list(dict.fromkeys(self.queue)), []
        self.rounds += 1
        return taken

    def take_touched(self):
        """The ids of the runs that something happened to."""
        taken, self.touched = list(self.touched), {}
        return taken

    def touch(self, run_ids):
        self.touched.update(dict.fromkeys(run_ids))

    def count(self, run_ids):
        """Count a step of each run.

        :return: ids of the runs that have gone on for too long
        """
        self.steps.update(run_ids)
        if self.rounds > MAX_ROUNDS:
            return set(run_ids)
        return {run_id for run_id in run_ids if self.steps[run_id] > MAX_STEPS}
