"""What is taught: courses as plain data, checked when they are read."""
