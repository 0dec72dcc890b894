"""What people do with a form that is open before them: they type, press buttons, look things up, send it."""

from tests.fakes.slack_delivery import Handed
from tests.fakes.slack_people import LINK, People
from tests.fakes.slack_views import view_payload
from tests.fakes.slack_world import Body, Modal


class Writer:
    """A person before the form that opened for them last."""

    def __init__(self, people: People, user: str) -> None:
        self._people = people
        self._user = user

    @property
    def modal(self) -> Modal:
        return self._people.world.modal_of(self._user)

    def seen(self) -> list[str]:
        """All texts of the form, from above."""
        blocks = self.modal.view["blocks"]
        return [block["text"]["text"] for block in blocks if block["type"] == "section"]

    def typed(self, action: str) -> str:
        """What stands in a field."""
        return next(text for (_, name), text in self.modal.typed.items() if name == action)

    def types(self, action: str, text: str) -> None:
        """Into a field, whatever its length, instead of what stands there."""
        typed = self.modal.typed
        typed[next(name for name in typed if name[1] == action)] = text

    def presses(self, label: str) -> Handed:
        """The first button with this label."""
        for block in self.modal.view["blocks"]:
            for button in [*block.get("elements", ()), *([block["accessory"]] if "accessory" in block else ())]:
                if button["text"]["text"] == label:
                    return self._acts({**button, "block_id": block.get("block_id")})
        raise AssertionError(f"no button {label}")

    def looks_up(self, text: str) -> Handed:
        """Types it into the field for it, and presses Enter."""
        self.types("query", text)
        return self._acts({"type": "plain_text_input", "block_id": "query", "action_id": "query", "value": text})

    def _acts(self, action: Body) -> Handed:
        where = {"container": {"type": "view", "view_id": self.modal.id}, "view": view_payload(self.modal)}
        return self._people.acts(self._user, action, where)

    def sends(self) -> Handed:
        """The form. It closes once that is acknowledged, unless something is wrong with it."""
        return sends(self._people, self._user, view_payload(self.modal))


def sends(people: People, user: str, view: Body) -> Handed:
    """A form as it stands, whoever does so."""
    world = people.world
    body = {
        "type": "view_submission",
        "token": "old-verification-token",
        "team": {"id": world.team, "domain": "fake"},
        "user": {"id": user, "team_id": world.team},
        "api_app_id": world.app,
        "trigger_id": world.new_trigger(user),
        "response_urls": [{"response_url": LINK}],
        "view": view,
    }
    return people.hand(Handed("interactive", body))
