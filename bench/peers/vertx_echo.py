"""The limit of HTTP and JSON: Vert.x reads the record token by token and writes it again."""

NAME = "Vert.x echo (limit)"
WORKS = ["w1", "w2", "w4"]
PATH = "/"


def command(tools, work, folder, port):
    """The command line and the environment of the server for one work."""
    return [*tools.java_program("limits/Echo.java"), str(port)], {}
