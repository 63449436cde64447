"""The unit of change: one revision of one record, and the pure rules that turn a set of them into current values."""
