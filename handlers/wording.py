"""How the pieces of a reply are put together."""


def joined(*paragraphs: str) -> str:
    """The paragraphs of a reply, without those that are empty."""
    return "\n\n".join(paragraph for paragraph in paragraphs if paragraph)


def quoted(question: str, longest: int) -> str:
    """A question as it is quoted back, in one line and cut where it is long."""
    line = " ".join(question.split())
    return line if len(line) <= longest else f"{line[:longest]}…"
