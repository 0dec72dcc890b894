"""The web chat: pages, the API that they speak, and what protects both."""
