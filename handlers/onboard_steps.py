"""What a shop owner does to their application, one step a function: its effects."""

from dataclasses import replace

from handlers.effects import Choice, DropIntake, Effect, OpenTicket, Record, Reply, SaveIntake, SaveTicket
from handlers.intake import CONSENT, FORMS, Intake, IntakeState, answered, before, begun, onward, opened
from handlers.onboard_fields import More, Told, Unfit, agrees, longest, read, toggled
from handlers.onboard_questions import FORM_KEYS, PREFIX, application, choice, forms_of, label_of, question
from handlers.presence import when_seen
from handlers.situation import Situation
from handlers.ticket import Action, TicketKind
from handlers.wording import joined
from knowledge.book import Book
from knowledge.finding import Outcome

REASON = "employer application"


def show(intake: Intake, situation: Situation, book: Book, note: str = "") -> list[Effect]:
    """Keep the application and ask for what comes next. From now on it takes what they write."""
    asking = replace(intake, state=IntakeState.ASKING)
    return [*_keep(asking, situation, question(asking, book, note)), *_to_bot(situation)]


def _to_bot(situation: Situation) -> list[Effect]:
    """Whoever talks to them on a ticket no longer gets their words."""
    effects: list[Effect] = []
    for ticket in situation.tickets:
        if ticket.is_open and ticket.taken_over:
            effects += [SaveTicket(replace(ticket, taken_over=False)), Record(ticket.number, Action.BOT_WANTED)]
    return effects


def _keep(intake: Intake, situation: Situation, reply: Reply) -> list[Effect]:
    return [SaveIntake(replace(intake, at=situation.now)), reply]


def begin(situation: Situation, book: Book) -> list[Effect]:
    """Start with the first question. Who has something underway or sent is told of it first."""
    if situation.intake is not None:
        return _return(situation.intake, situation, book)
    sent = sent_before(situation)
    if sent is not None:
        text = book.phrase("onboard_sent_before", number=sent)
        return [Reply(text, choices=(choice("onboard_another", "restart", book),))]
    return afresh(situation, book)


def afresh(situation: Situation, book: Book) -> list[Effect]:
    """The first question, with what follows and when staff are there at all."""
    desk = book.calendar(situation.now).period("desk")
    when = "" if desk.state == "running" else when_seen(situation.now, situation.rules, book)
    return show(Intake(), situation, book, joined(book.phrase("onboard_intro"), when))


def _return(intake: Intake, situation: Situation, book: Book) -> list[Effect]:
    returning = replace(intake, state=IntakeState.RETURNING)
    choices = (choice("onboard_resume", "resume", book), choice("onboard_restart", "restart", book))
    return _keep(returning, situation, Reply(book.phrase("onboard_return"), choices=choices))


def restart(intake: Intake, situation: Situation, book: Book) -> list[Effect]:
    """From the first question, where that was offered; what was told before is deleted."""
    if intake.state is not IntakeState.RETURNING:
        return _return(intake, situation, book)
    return [DropIntake(), *afresh(situation, book)]


def rest(intake: Intake, situation: Situation, book: Book) -> list[Effect]:
    """Leave it until they come back to it."""
    choices = (choice("onboard_resume", "resume", book), choice("onboard_cancel", "cancel", book))
    paused = replace(intake, state=IntakeState.PAUSED)
    return _keep(paused, situation, Reply(book.phrase("onboard_paused"), choices=choices))


def leave(intake: Intake, situation: Situation, book: Book) -> list[Effect]:
    """Ask once before all of it is deleted."""
    choices = (choice("onboard_erase", "erase", book), choice("onboard_stay", "resume", book))
    leaving = replace(intake, state=IntakeState.LEAVING)
    return _keep(leaving, situation, Reply(book.phrase("onboard_leave"), choices=choices))


def erase(intake: Intake, situation: Situation, book: Book) -> list[Effect]:
    """Delete all of it, where they were asked whether they mean it."""
    if intake.state is not IntakeState.LEAVING:
        return leave(intake, situation, book)
    return [DropIntake(), Reply(book.phrase("onboard_erased"))]


def ask_again(intake: Intake, situation: Situation, book: Book) -> list[Effect]:
    """The same question once more, whatever it was."""
    match intake.state:
        case IntakeState.LEAVING:
            return leave(intake, situation, book)
        case IntakeState.RETURNING:
            return _return(intake, situation, book)
        case _:
            return show(intake, situation, book)


def take(text: str, intake: Intake, situation: Situation, book: Book) -> list[Effect]:
    """Take a text as the answer to the field that is asked for."""
    if intake.step == CONSENT:
        return consent(agrees(text), intake, situation, book)
    match read(intake.step, text, intake.part, forms_of(book)):
        case Told(told):
            return show(answered(intake, intake.step, told), situation, book)
        case More(part):
            return show(begun(intake, part), situation, book)
        case Unfit(why):
            return show(intake, situation, book, book.phrase(why, limit=longest(intake.step)))


def consent(agreed: bool | None, intake: Intake, situation: Situation, book: Book) -> list[Effect]:
    """Nothing can be sent before they agreed in so many words."""
    if agreed:
        return show(answered(intake, CONSENT, book.phrase("onboard_agree")), situation, book)
    why = "onboard_not_agreed" if agreed is False else "onboard_agree_how"
    return show(intake, situation, book, book.phrase(why))


def toggle(key: str, intake: Intake, situation: Situation, book: Book) -> list[Effect]:
    """Choose one of the forms, or take it back."""
    forms = forms_of(book)
    chosen = toggled(intake.part, forms[FORM_KEYS.index(key)], forms)
    return show(begun(intake, chosen), situation, book)


def decide_forms(intake: Intake, situation: Situation, book: Book) -> list[Effect]:
    """Take the forms that are chosen."""
    if not intake.part:
        return show(intake, situation, book, book.phrase("onboard_none_chosen"))
    return show(answered(intake, FORMS, intake.part), situation, book)


def skip(intake: Intake, situation: Situation, book: Book) -> list[Effect]:
    """Go on without an answer."""
    return show(answered(intake, intake.step, ""), situation, book)


def keep(intake: Intake, situation: Situation, book: Book) -> list[Effect]:
    """Go on with the answer that is there."""
    return show(onward(intake), situation, book)


def go_back(intake: Intake, situation: Situation, book: Book) -> list[Effect]:
    """To the field before this one."""
    return show(opened(intake, before(intake.step) or intake.step), situation, book)


def correct(name: str, intake: Intake, situation: Situation, book: Book) -> list[Effect]:
    """From the summary to one of its fields."""
    return show(opened(intake, name), situation, book)


def doubt(text: str, intake: Intake, situation: Situation, book: Book) -> list[Effect]:
    """Ask whether a text is meant as an answer at all."""
    ask = choice("onboard_ask", "ask", book)
    if not is_answerable(intake):
        return _keep(intake, situation, Reply(book.phrase("onboard_doubt"), choices=(ask,), question=text))
    label = label_of(intake.step, book)
    as_answer = Choice(book.phrase("onboard_take", label=label), f"{PREFIX}take:{intake.step}")
    reply = Reply(book.phrase("onboard_doubt"), choices=(ask, as_answer), question=text)
    return _keep(intake, situation, reply)


def is_answerable(intake: Intake) -> bool:
    """Whether a text could be the answer to a field."""
    return intake.step != "" and intake.state is IntakeState.ASKING


def send(intake: Intake, situation: Situation, book: Book) -> list[Effect]:
    """Hand the application over to staff."""
    number = situation.fresh_ticket
    text = joined(
        book.phrase("onboard_sent", number=number),
        when_seen(situation.now, situation.rules, book),
        book.phrase("onboard_next"),
    )
    ticket = OpenTicket(number, application(intake, book), urgent=False, reason=REASON, kind=TicketKind.EMPLOYER)
    return [ticket, SaveIntake(None), Reply(text, Outcome.HANDOFF, ticket=number)]


def sent_before(situation: Situation) -> int | None:
    """The number of an application that staff have already."""
    sent = (one.number for one in situation.tickets if one.is_open and one.kind is TicketKind.EMPLOYER)
    return max(sent, default=None)
