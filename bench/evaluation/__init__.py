"""Measures the tutor on the hand-written development messages, beside Rasa's default pipeline and plain retrieval."""
