"""The desk's rules for tickets and who its staff are, as config.yaml says: values that decisions may know."""

from dataclasses import dataclass
from enum import StrEnum

from knowledge.hours import BusinessHours


class Role(StrEnum):
    """What a member may do: answer (staff), publish entries (curator), be called when nobody answers (lead)."""

    STAFF = "staff"
    CURATOR = "curator"
    LEAD = "lead"


@dataclass(frozen=True)
class Member:
    """One of the staff: the name that colleagues see, and what they may do."""

    name: str
    roles: tuple[Role, ...] = (Role.STAFF,)


@dataclass(frozen=True)
class Rules:
    """How tickets are handled.

    `confirm`: ask before a question goes to staff. `burst_seconds`: what a person writes within that time is one
    question. `reminders`: after so many minutes of business time staff are reminded; after the last of them the
    leads are called. `sorry_minutes`: of business time, after which we say sorry for the wait. `expire_days`: of
    waiting for the participant, until it closes by itself. `reopen_days`: in which a later message reopens it.
    `double_seconds`: a second answer to the same message within that time is asked to confirm. `page`: where the web
    page is reached, for links; "" where there is none.
    """

    hours: BusinessHours = BusinessHours()
    confirm: bool = False
    burst_seconds: float = 20
    reminders: tuple[int, ...] = (10, 30, 120)
    sorry_minutes: int = 120
    expire_days: float = 7
    reopen_days: float = 14
    double_seconds: float = 60
    team: tuple[Member, ...] = ()
    page: str = ""
