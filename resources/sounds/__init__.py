"""The sounds of the program and the module that makes them."""
