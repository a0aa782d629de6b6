"""The command line `grader`: one module for each command, thin over `grader.batch`.

`main` puts them together; `console` knows how to talk to a person and which exit code an error has.
"""
