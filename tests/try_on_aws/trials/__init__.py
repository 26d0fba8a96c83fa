"""The trials, in the order in which they run: what an earlier one has made, later ones use."""

TRIALS = []


def trial(number, question, rules):
    """Adds a trial: the question it settles, and the simulator's inferred rules that its answers can contradict."""

    def add(function):
        TRIALS.append((number, question, rules, function))
        return function

    return add


# Each adds its trials.
from trials import control_plane, rest_api, load_balancer, private_link  # noqa: E402, F401
