"""The letters as the evaluation counts them: one narrow row for each, kept inside the transactions that change it.

A year of a district is then one short range of pages, and neither letters nor facts are read to count them. The rows
follow from the value tables and can be made anew from them at any time, so no migration touches them. They live only in
files in which people look (a desktop's); what facts amount to is for the reader to say and must not be decided here.
"""

import json
from collections.abc import Iterable

from sqlalchemy import Column, Connection, Integer, MetaData, PrimaryKeyConstraint, Table, Text, text

from sync.replica.types import Id

COUNTED_LETTER = Table(
    "counted_letter",
    MetaData(),
    Column("district", Text, nullable=False),
    Column("written_at", Text, nullable=False),
    Column("id", Id, nullable=False),
    Column("from_facility", Id),
    Column("to_facility", Id),
    Column("kind", Text),
    Column("emergency", Integer),
    Column("diagnosis_code", Text),
    Column("tacc", Integer),
    #: Kinds of its facts, joined by commas, in any order; NULL where ``facts`` are there, or none has arrived.
    Column("kinds", Text),
    #: Seconds from the writing to the first answer and to the arrival; one that a wrong clock made negative is NULL.
    Column("answer_s", Integer),
    Column("arrival_s", Integer),
    #: Where more than kinds counts, because it was refused or sent on: JSON list of its facts in order of their ids,
    #: each with id, kind, moment, reason, hospital named and fact answered ("" where an id is not set).
    Column("facts", Text),
    PrimaryKeyConstraint("district", "written_at", "id"),
    sqlite_with_rowid=False,
)

_COUNT = text("""
    INSERT OR REPLACE INTO counted_letter
        (district, written_at, id, from_facility, to_facility, kind, emergency, diagnosis_code, tacc,
         kinds, answer_s, arrival_s, facts)
    SELECT district, written_at, id, from_facility, to_facility, kind, urgency = 'merah' OR kind = 'gawat_darurat',
           diagnosis_code, coalesce(kd_tacc, '') NOT IN ('', '-1', '0'), iif(turned, NULL, kinds),
           iif(answer_s >= 0, answer_s, NULL), iif(arrival_s >= 0, arrival_s, NULL), iif(turned, facts, NULL)
    FROM (
        SELECT r.*, group_concat(e.kind) AS kinds,
               unixepoch(min(iif(e.kind IN ('diterima', 'ditolak'), e.at, NULL))) - unixepoch(r.written_at) AS answer_s,
               unixepoch(min(iif(e.kind = 'tiba', e.at, NULL))) - unixepoch(r.written_at) AS arrival_s,
               max(e.kind IN ('dialihkan', 'ditolak') OR (e.answers IS NOT NULL AND e.kind <> 'jawaban')) AS turned,
               json_group_array(
                   json_array(hex(e.id), e.kind, e.at, e.reason, hex(e.to_facility), hex(e.answers)) ORDER BY e.id
               ) AS facts
        FROM referral AS r LEFT JOIN referral_event AS e ON e.district = :district AND e.referral = r.id
        WHERE r.district = :district AND r.id IN (SELECT unhex(value) FROM json_each(:letters))
        GROUP BY r.id
    )
""")


def count_letters(connection: Connection, district: str, letters: Iterable[str]) -> None:
    """Make the rows of these letters anew, from value tables that are up to date; a letter that is not here has none.

    Letters and facts are written once and never changed: no row ever moves to another key.
    """
    chosen = json.dumps(sorted(letters))
    connection.execute(_COUNT, {"district": district, "letters": chosen})
