"""Keys of the database; people, rights and locks will stand beside them. Knows neither Qt nor screens."""
