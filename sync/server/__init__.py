"""The district server: the HTTP face of a replica that serves others, with credentials and limits at its edge."""
