"""Keep what is being typed, and forget it when it was saved or given up. Never a revision, never sent."""

from typing import TYPE_CHECKING

from desktop.queries.drafts import Draft, draft_name, to_json

if TYPE_CHECKING:
    from sync.replica.replica import Replica


def keep_draft(replica: "Replica", draft: Draft) -> None:
    """Keep ``draft`` in place of an older one of the same form and thing; then it survives a power cut."""
    replica.set_value(draft_name(draft.form, draft.item), to_json(draft))


def drop_draft(replica: "Replica", form: str, item: str) -> None:
    """Forget a draft; nothing happens if there is none."""
    replica.set_value(draft_name(form, item), None)
