"""The protocol once more, as plain sets and numbers: is the design right, whatever the code does?"""
