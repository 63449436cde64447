"""Everything that makes two computers hold the same records: no window, no Qt, no clinic logic beyond the records.

Imports point one way: ``server -> exchange, replica -> revisions -> records``. This package never imports ``desktop``.
"""
