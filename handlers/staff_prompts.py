"""What a button asks for first, where no form was opened for it: the words, or a choice."""

from handlers.effects import Choice, Effect, Reply, StaffMarks
from handlers.history import answer_of_delivery, unframed
from handlers.staff_case import Case, refuse, tell
from handlers.wording import joined

# What is asked for before each of these can be done, as a key of phrases.yaml.
PROMPTS = {
    "reply": "staff_prompt_reply",
    "ask": "staff_prompt_ask",
    "edit": "staff_prompt_edit",
    "reply_all": "staff_prompt_reply_all",
}


def ask_for_words(case: Case) -> list[Effect]:
    """A post whose answer is what is to be sent; where such answers are not known, the prefixes that there are."""
    if not case.takes_replies:
        return tell(case, case.book.phrase("staff_prompt_elsewhere"))
    invites = ":".join(part for part in (case.act.act, str(case.number), case.act.target) if part)
    text = case.book.phrase(PROMPTS[case.act.act], number=case.number)
    if case.act.act != "edit":
        return _inviting(case, text, invites)
    sent = answer_of_delivery(case.view.events, case.act.target)
    if sent is None:
        return refuse(case, case.book.phrase("staff_no_such_answer"))
    return _inviting(case, joined(text, unframed(sent.text, case.book)), invites)


def canned_to_choose(case: Case) -> list[Effect]:
    """The answers that were written beforehand, in full, each with its button."""
    canned = case.book.content.canned
    if not canned:
        return refuse(case, case.book.phrase("staff_no_canned"))
    shown = (case.book.phrase("staff_canned", title=one.title, text=one.text) for one in canned)
    choices = (Choice(one.title, f"staff:canned:{case.number}:{one.id}") for one in canned)
    return tell(case, joined(case.book.phrase("staff_canned_intro", number=case.number), *shown), *choices)


def _inviting(case: Case, text: str, invites: str) -> list[Effect]:
    return [Reply(text, ticket=case.number, marks=StaffMarks(invites=invites, calls=(case.person,)))]
