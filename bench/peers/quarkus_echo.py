"""The limit in Quarkus: a handler on its router reads the record and writes it again."""

NAME = "Quarkus echo (limit)"
WORKS = ["w1", "w2", "w4"]
PATH = "/"


def command(tools, work, folder, port):
    """The command line and the environment of the server for one work."""
    return tools.quarkus_program("limits", f"-Dquarkus.http.port={port}"), {}
