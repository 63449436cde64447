"""What every test may use: a real PostgreSQL, and the certainty that nothing of this computer's own data is touched."""

import os
from pathlib import Path

from hypothesis import HealthCheck, settings

pytest_plugins = ["tests.fakes.postgres"]

# A test that forgets to name its own folder fails here instead of meeting somebody's real data.
os.environ["RUJUK_HOME"] = os.environ["RUJUK_SERVER_HOME"] = str(Path(os.devnull, "a-test-names-its-own-folder"))
os.environ.pop("RUJUK_DATABASE_URL", None)

# Every run looks at the same examples: a failure seen anywhere is seen everywhere. No deadline and no limit on
# how slowly examples are made, as machines differ.
settings.register_profile(
    "rujuk", deadline=None, database=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("rujuk")
