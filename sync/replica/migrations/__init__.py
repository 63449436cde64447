"""The history of the base tables. A migration never imports today's tables or record types."""
