"""What people ask whom the desk hands over to staff, and when."""

from handlers.rules import Rules
from handlers.ticket import Resolution, Ticket, claim, close
from tests.handlers.asking import opened
from tests.moments import at

FEE = "セミナーの参加費はかかりますか"
PARKING = "会場に駐車場はありますか"
NOT_THERE = "駐車場については、ご案内の資料に記載がありません。"
DANGER = "もう死にたいです"
CONFIRM = Rules(confirm=True)
# Within a burst that began at 9:00, and after it.
SOON, LATER = "2022-07-04 09:00:20", "2022-07-04 09:01"


def closed(number: int, when: str, resolution: Resolution = Resolution.ANSWERED) -> Ticket:
    """One that 佐藤 had in hand and closed."""
    return close(claim(opened(number), "佐藤"), resolution, at(when))
