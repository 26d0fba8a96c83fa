"""The trials, in the order in which they run: what an earlier one has made, later ones use."""

TRIALS = []


def trial(number, name, question, rules):
    """Adds a trial: its number, name and the rules that it settles, as the simulator's table of inferred rules has them, and its question."""

    def add(function):
        TRIALS.append((number, name, question, rules, function))
        return function

    return add


# Each adds its trials.
from trials import control_plane, rest_api, load_balancer, private_link  # noqa: E402, F401
