"""The rules of the protocol, each of which can be switched off to see whether the promises really need it.

A rule that is off stands for a design in which somebody thought it could be left out.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class Rules:
    """What the two sides of an exchange keep to."""

    receipt_names_revisions: bool = True
    refusals_are_read: bool = True
    same_again_after_lost_answer: bool = True
    cursor_moves_with_its_rows: bool = True
    passing_refusals_are_offered_again: bool = True
    repair_never_deletes: bool = True
    what_the_server_lost_waits_again: bool = True
    roots_are_compared: bool = True
    reset_means_compare: bool = True
    grant_brings_what_was_before: bool = True
    redirection_opens_the_patient: bool = True
    own_records_stay_at_home: bool = True
    entitlements_are_read_under_the_lock: bool = True
    numbers_are_taken_last: bool = True
    page_skips_by_device: bool = True
    a_cut_page_says_so: bool = True
    content_is_identity: bool = True
    a_fork_gets_another_name: bool = True
    brought_only_within_the_facility: bool = True
    what_the_hub_has_still_waits: bool = True
    what_came_by_hub_is_not_at_the_district: bool = True
    what_the_hub_lost_waits_for_it_again: bool = True
    a_stick_is_sealed_to_its_computer: bool = True
    emergencies_go_first: bool = True
    the_patient_rides_along: bool = True
    causality_before_clocks: bool = True
    an_edit_names_what_was_seen: bool = True
    saved_together_or_not: bool = True


def without(name: str) -> Rules:
    """All rules but one."""
    return replace(Rules(), **{name: False})


#: The name of every rule, as a sentence.
RULES: Mapping[str, str] = MappingProxyType({field.name: field.name.replace("_", " ") for field in fields(Rules)})
