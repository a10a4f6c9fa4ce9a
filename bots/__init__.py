"""Door 3, chat: messages and clicks that come in, cards, and every channel that goes out."""
