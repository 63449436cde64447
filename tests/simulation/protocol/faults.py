"""The faults of the model and how often each strikes, each time that it could."""

from collections.abc import Mapping
from types import MappingProxyType

#: Fault -> how likely it is each time that it could happen.
FAULTS: Mapping[str, float] = MappingProxyType(
    {
        "request lost": 0.05,
        "answer lost": 0.06,
        "request doubled": 0.03,
        "request repeated later": 0.06,
        "server crash": 0.03,
        "pc crash": 0.01,
        "exchange stopped": 0.02,
        "disk full": 0.02,
        "renewal lost": 0.2,
        "compare lost": 0.1,
        "fetch lost": 0.1,
        "request to the hub lost": 0.05,
        "answer of the hub lost": 0.06,
        "edit meanwhile": 0.08,
        "another request first": 0.06,
        "clock jump": 0.02,
        "written out of place": 0.01,
        "stick lost": 0.15,
        "stick copied": 0.25,
        "stick mixed up": 0.2,
    }
)

#: What happens to disks, at most one combination in a history: losing both of two copies is not promised to heal.
DISASTERS: tuple[tuple[str, ...], ...] = (
    (),
    (),
    ("server restored",),
    ("server restored", "disk cloned"),
    ("pc restored",),
    ("disk cloned",),
    ("disk cloned", "pc restored"),
    ("hub restored",),
)
