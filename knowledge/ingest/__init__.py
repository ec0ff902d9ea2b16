"""Readings of one's own: a document in, its paragraphs out, each with its place."""
