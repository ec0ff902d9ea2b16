"""How the learners' records changed their shape, revision by revision; run by tutor/tables.py when a database is opened."""
