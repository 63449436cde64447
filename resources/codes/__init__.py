"""The table of diagnoses and the small lists it is built from. Data only: nothing here may run in the program."""
