"""Which members of the models' output shapes the answers hold.

A shape is one of a service, wherever it stands: what one operation answers in it counts for all.
"""

from collections import Counter


class Members:
    """How often structures were answered, and how often each of their members was among them."""

    def __init__(self):
        self.structures = Counter()
        self.members = Counter()

    def note(self, service, shape, value):
        """Counts what an answer holds, as botocore parsed it: absent members are absent, empty lists are there."""
        if shape is None or value is None or getattr(shape, "is_document_type", False):
            return
        if shape.type_name == "list":
            for item in value:
                self.note(service, shape.member, item)
        elif shape.type_name == "map":
            for item in value.values():
                self.note(service, shape.value, item)
        elif shape.type_name == "structure" and isinstance(value, dict):
            self.structures[service, shape.name] += 1
            for name, member in shape.members.items():
                if value.get(name) is not None:
                    self.members[service, shape.name, name] += 1
                    self.note(service, member, value[name])

    def missing(self, service, operations):
        """Members of answered structures that were in none of them, as (shape, member); `operations` are botocore's models."""
        found = set()

        def look(shape, above):
            if shape is None or shape.name in above or getattr(shape, "is_document_type", False):
                return
            if shape.type_name == "list":
                look(shape.member, above)
            elif shape.type_name == "map":
                look(shape.value, above)
            elif shape.type_name == "structure" and self.structures[service, shape.name]:
                for name, member in shape.members.items():
                    if self.members[service, shape.name, name]:
                        look(member, above | {shape.name})
                    else:
                        found.add((shape.name, name))

        for operation in operations:
            look(operation.output_shape, frozenset())
        return found
