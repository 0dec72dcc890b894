"""How it runs: channels, storage, delivery, web and the command line."""
