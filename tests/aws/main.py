"""`make test-aws`: control-plane checks against AWS, an emulator of it, or the simulator. See README.md."""

import os
import sys

import lane

# Each adds its checks, in the order in which they build on one another.
import network  # noqa: F401
import endpoints  # noqa: F401
import rest_apis  # noqa: F401
import load_balancing  # noqa: F401
import last  # noqa: F401

if __name__ == "__main__":
    sys.exit(1 if lane.run(os.environ.get("AWS_TEST_TARGET") or "other") else 0)
