"""Fonts, icons, style and tables that the program brings along. Data only: nothing here may run in the program."""
