"""One module for each step of the schema, from the first to the newest."""
