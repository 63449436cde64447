"""The named reads the screens need: SQL in, frozen values out. No Qt, and nothing here writes."""
