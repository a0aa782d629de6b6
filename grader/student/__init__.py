"""What runs inside the student cell: load the slice, answer requests with evidence, decide nothing."""
