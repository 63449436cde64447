"""The program on the desk: the window, its reads and actions, and the background sync agent.

``sync`` knows nothing of this package. Qt stays in ``ui``, ``app``, ``agent``, ``letters``, ``assets`` and ``demo``.
"""
