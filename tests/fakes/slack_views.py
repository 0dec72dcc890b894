"""The Home tab and forms, as Slack keeps them."""

from tests.fakes.slack_checks import check_blocks, check_text
from tests.fakes.slack_world import ApiError, Body, Modal, World

MOST_HOME_BLOCKS = 100
MOST_MODAL_BLOCKS = 100


def publish_view(world: World, arguments: Body) -> Body:
    view = arguments.get("view")
    if not isinstance(view, dict) or view.get("type") != "home":
        raise ApiError("invalid_arguments")
    check_blocks(view.get("blocks"), MOST_HOME_BLOCKS)
    with world.changed:
        world.views[str(arguments.get("user_id"))] = view
        world.changed.notify_all()
    return {"view": {**view, "id": world.new_id("V")}}


def open_view(world: World, arguments: Body) -> Body:
    view = checked_view(arguments)
    user = world.exchange(str(arguments.get("trigger_id")))
    modal = Modal(world.new_id("V"), user, view, world.new_id("hash."), first_typed(view))
    with world.changed:
        world.modals[modal.id] = modal
        world.changed.notify_all()
    return {"view": view_payload(modal)}


def update_view(world: World, arguments: Body) -> Body:
    """What was typed stays in fields that keep their names."""
    view = checked_view(arguments)
    with world.changed:
        modal = world.modals.get(str(arguments.get("view_id")))
        if modal is None:
            raise ApiError("not_found")
        if arguments.get("hash") not in (None, modal.hash):
            raise ApiError("hash_conflict")
        before = {name: modal.typed[name] for name in first_typed(view) if name in modal.typed}
        modal.view, modal.hash = view, world.new_id("hash.")
        modal.typed = {**first_typed(view), **before}
        world.changed.notify_all()
    return {"view": view_payload(modal)}


def checked_view(arguments: Body) -> Body:
    """A form as Slack takes it. Raises ApiError."""
    view = arguments.get("view")
    if not isinstance(view, dict) or view.get("type") != "modal" or len(view.get("private_metadata", "")) > 3000:
        raise ApiError("invalid_arguments")
    for name in ("title", "submit", "close"):
        check_text(view.get(name), 24, ("plain_text",))
    inputs = [block for block in view["blocks"] if block.get("type") == "input"]
    for block in inputs:
        check_input(block)
    check_blocks([block for block in view["blocks"] if block not in inputs], MOST_MODAL_BLOCKS - len(inputs))
    return view


def check_input(block: Body) -> None:
    element = block.get("element", {})
    check_text(block.get("label"), 2000, ("plain_text",))
    if element.get("type") != "plain_text_input" or not 0 < element.get("max_length", 3000) <= 3000:
        raise ApiError("invalid_arguments")
    if len(element.get("initial_value", "")) > element.get("max_length", 3000):
        raise ApiError("invalid_arguments")


def first_typed(view: Body) -> dict[tuple[str, str], str]:
    """What stands in the fields of a form as it opens."""
    inputs = [block for block in view["blocks"] if block["type"] == "input"]
    return {(b["block_id"], b["element"]["action_id"]): b["element"].get("initial_value", "") for b in inputs}


def view_payload(modal: Modal) -> Body:
    """A form as the app is told of it."""
    values: Body = {}
    for (block, action), text in modal.typed.items():
        values.setdefault(block, {})[action] = {"type": "plain_text_input", "value": text or None}
    return {**modal.view, "id": modal.id, "hash": modal.hash, "state": {"values": values}}
