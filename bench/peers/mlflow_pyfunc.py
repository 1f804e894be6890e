"""MLflow's scoring server for a pyfunc model that runs the graph, two workers."""

import os
import pathlib
import subprocess
import tempfile

NAME = "MLflow, 2 workers"
REQUIREMENTS = ["mlflow", "onnxruntime", "numpy", "pandas"]
WORKS = ["w1"]
PATH = "/invocations"
CONNECTIONS = [1, 32]


def command(tools, work, folder, port):
    """The command line and the environment of the server for one work."""
    python = tools.python(REQUIREMENTS)
    model = pathlib.Path(tempfile.mkdtemp(prefix="mlflow-")) / "model"
    environment = {
        "MODEL": str(folder), "MLFLOW_DISABLE_TELEMETRY": "true",
        "PATH": f"{pathlib.Path(python).parent}:{os.environ['PATH']}",
        "PYTHONPATH": str(pathlib.Path(__file__).parent)}
    subprocess.run([python, __file__, str(model)], check=True, env=os.environ | environment)
    return (
        [python, "-m", "mlflow", "models", "serve", "-m", str(model), "-p", str(port), "-w", "2",
         "--env-manager", "local"],
        environment,
    )


def body(record):
    """What this server wants for one record."""
    return {"dataframe_split": {"columns": list(record), "data": [list(record.values())]}}


if "MODEL" in os.environ:
    import mlflow.pyfunc
    from common.graph import Graph

    class Work(mlflow.pyfunc.PythonModel):
        def load_context(self, context):
            self.graph = Graph(os.environ["MODEL"])

        def predict(self, context, model_input):
            return [self.graph.decide(r) for r in model_input.to_dict("records")]

    if __name__ == "__main__":
        import sys

        from mlflow_pyfunc import Work as Importable

        mlflow.pyfunc.save_model(sys.argv[1], python_model=Importable())
