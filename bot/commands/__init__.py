"""The subcommands: each module adds its own to the parser. What is slow to import is imported on use."""
