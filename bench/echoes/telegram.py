"""python-telegram-bot's own bot, with its own webhook server: says again what it is told and stores nothing.

    python -m bench.echoes.telegram PORT PLATFORM_URL [concurrent]

`concurrent` lets it handle updates side by side, which is quicker and loses the order inside of a chat. Needs the
library's extra `webhooks`.
"""

import sys

from telegram import Update
from telegram.ext import ApplicationBuilder, CallbackQueryHandler, CommandHandler, ContextTypes, MessageHandler, filters

from bench.echoes.traffic import TELEGRAM_PATH, TOKEN

SECRET = "secret"


async def echo(update: Update, _context: ContextTypes.DEFAULT_TYPE) -> None:
    """The same words, or what a tapped button stands for."""
    assert update.effective_message is not None
    query = update.callback_query
    await update.effective_message.reply_text((query.data if query else update.effective_message.text) or "")


def main(port: int, platform: str, concurrent: bool) -> None:
    """Serve until told to stop."""
    builder = ApplicationBuilder().token(TOKEN).base_url(f"{platform}/bot").concurrent_updates(concurrent)
    application = builder.build()
    application.add_handler(CommandHandler("next", echo))
    application.add_handler(MessageHandler(filters.TEXT, echo))
    application.add_handler(CallbackQueryHandler(echo))
    application.run_webhook(
        "127.0.0.1",
        port,
        TELEGRAM_PATH.strip("/"),
        webhook_url=f"http://127.0.0.1:{port}{TELEGRAM_PATH}",
        secret_token=SECRET,
    )


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2], "concurrent" in sys.argv[3:])
