"""What makes the Windows installer. Runs on a developer's machine only; the program must never import it."""
