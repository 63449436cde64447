"""One file per step, numbered; what has been released is never edited."""
