"""Slack's checks of what an app hands it: blocks, texts, metadata, scopes."""

from typing import Any

from tests.fakes.slack_world import ApiError, Body, World

LONGEST_BLOCKS = 13_200


def needs(world: World, scope: str) -> None:
    if scope not in world.scopes:
        raise ApiError("missing_scope")


def check_blocks(blocks: Any, most: int) -> None:
    if not isinstance(blocks, list) or len(blocks) > most:
        raise ApiError("invalid_blocks")
    names = [block["block_id"] for block in blocks if "block_id" in block]
    if len(set(names)) < len(names) or any(not 0 < len(name) <= 255 for name in names):
        raise ApiError("invalid_blocks")
    if sum(check_block(block) for block in blocks) > LONGEST_BLOCKS:
        raise ApiError("msg_blocks_too_long")


def check_block(block: Body) -> int:
    """How long its text is. Raises ApiError."""
    match block.get("type"):
        case "section":
            accessory = check_button(block["accessory"]) if "accessory" in block else 0
            return check_text(block.get("text"), 3000) + accessory
        case "header":
            return check_text(block.get("text"), 150, ("plain_text",))
        case "context":
            elements = check_elements(block, 10)
            return sum(check_text(element, 3000) for element in elements)
        case "actions":
            elements = check_elements(block, 25)
            if len({button.get("action_id") for button in elements}) < len(elements):
                raise ApiError("invalid_blocks")
            return sum(check_button(button) for button in elements)
        case "divider":
            return 0
        case _:
            raise ApiError("invalid_blocks")


def check_elements(block: Body, most: int) -> list[Body]:
    elements = block.get("elements")
    if not isinstance(elements, list) or not 0 < len(elements) <= most:
        raise ApiError("invalid_blocks")
    return elements


def check_text(text: Any, longest: int, kinds: tuple[str, ...] = ("plain_text", "mrkdwn")) -> int:
    """Length as Slack counts: in units of UTF-16."""
    if not isinstance(text, dict) or text.get("type") not in kinds or not isinstance(text.get("text"), str):
        raise ApiError("invalid_blocks")
    length = len(text["text"].encode("utf-16-le", "surrogatepass")) // 2
    if not 0 < length <= longest:
        raise ApiError("invalid_blocks")
    return length


def check_button(button: Body) -> int:
    if button.get("type") != "button" or not 0 < len(button.get("action_id", "")) <= 255:
        raise ApiError("invalid_blocks")
    if not 0 < len(button.get("value", "-")) <= 2000:
        raise ApiError("invalid_blocks")
    return check_text(button.get("text"), 75, ("plain_text",))


def check_metadata(metadata: Any) -> None:
    if metadata is None:
        return
    if not isinstance(metadata, dict) or set(metadata) != {"event_type", "event_payload"}:
        raise ApiError("invalid_metadata_format")
    if not isinstance(metadata["event_type"], str) or not isinstance(metadata["event_payload"], dict):
        raise ApiError("invalid_metadata_format")
