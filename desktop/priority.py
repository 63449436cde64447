"""The priority of this process as the operating system knows it. It knows nothing of what the process is for."""

import ctypes
import os
import sys


def lower_priority() -> None:
    """Let every other process go first."""
    if sys.platform == "win32":
        below_normal = 0x4000
        kernel = ctypes.windll.kernel32
        # Else ctypes takes the handle for 32 bits wide.
        kernel.GetCurrentProcess.restype = ctypes.c_void_p
        kernel.SetPriorityClass.argtypes = (ctypes.c_void_p, ctypes.c_uint32)
        kernel.SetPriorityClass(kernel.GetCurrentProcess(), below_normal)
    else:
        os.nice(10)
