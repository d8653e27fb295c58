"""What the operator tells the loop: an alert of a rule at a key, or that it has been quiet there again.

Of the content of a rule's version (`RuleVersion.content`) the loop reads, through `sensing.domain.orders`, the table
`then`, beside `title`, `title_en`, `explain`, `explain_en` (the rule in plain words) and `basis` (of the lawbook):

    klass         code of the class of case it opens; empty: it opens none
    case_grade    the quietest grade that opens a case: notice, warning (where none is said) or alarm
    urgent        the case is urgent
    recipients    who is sent there, the first that is there: [{role = "department_handler", kind = "", duty = true}]
                  kind: the kind of organisation, where the role alone says too little; duty: only who is on duty
    helpers       who is asked to help, in the same form; never police, whom a person asks after looking
    answer_within seconds in which a called post answers, else the next is called (60)
    confirm       a person looks before anybody is sent: the case waits on the desk
    care          the care check: sealed, to the contact of the consent alone
"""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class FiredAlert:
    """One alert, or the end of an episode.

    id: 32 hex digits; of the end of an episode any text.  rule, version: the lineage's code and the version's number.
    semantic: the version that the id was reckoned with.  key: "device:17", "building:<path>".  at: event time, aware.
    late: it came out of order and fires all the same.  dry: its version is only tried beside.
    cleared: the episode of (rule, key) has ended at `at`; nothing else is read then.
    device, datastream: the row that completed it, where one did.  place: path of the place it is about.
    """

    id: str
    rule: str
    version: int
    semantic: int
    key: str
    grade: str
    at: datetime
    late: bool = False
    dry: bool = False
    cleared: bool = False
    device: int | None = None
    datastream: int | None = None
    place: str = ""
