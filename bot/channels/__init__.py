"""Where the tutor is heard: one file a channel."""
