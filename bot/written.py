"""What a person wrote, whatever the form in which it came."""

from typing import assert_never

from handlers.message import Act, Command, Edit, Media, Text


def written(content: Text | Edit | Command | Media | Act) -> str:
    """The words of a message; of something that is not text its caption, which may be empty."""
    match content:
        case Text(text) | Edit(text):
            return text
        case Command(name, rest):
            return f"/{name} {rest}".rstrip()
        case Media(_, caption):
            return caption
        case Act(words=words):
            return words
        case _:
            assert_never(content)
