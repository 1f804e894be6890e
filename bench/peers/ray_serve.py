"""Ray Serve, one proxy and two replicas."""

import os
import sys

NAME = "Ray Serve, 2 replicas"
REQUIREMENTS = ["ray[serve]", "onnxruntime", "numpy"]
WORKS = ["w1"]
PATH = "/predict"
CONNECTIONS = [1, 32]


def command(tools, work, folder, port):
    """The command line and the environment of the server for one work."""
    return (
        [tools.python(REQUIREMENTS), "ray_serve.py", str(port)],
        {"MODEL": str(folder), "RAY_USAGE_STATS_ENABLED": "0",
         "PYTHONPATH": os.path.dirname(__file__)})


if __name__ == "__main__":
    import signal

    import ray
    from common.graph import Graph
    from ray import serve

    @serve.deployment(num_replicas=2, ray_actor_options={"num_cpus": 0.5})
    class Work:
        def __init__(self):
            self.graph = Graph(os.environ["MODEL"])

        async def __call__(self, request):
            return {"output": self.graph.decide(await request.json())}

    ray.init(include_dashboard=False, log_to_driver=False, num_cpus=2)
    serve.start(http_options={"host": "127.0.0.1", "port": int(sys.argv[1])})
    serve.run(Work.bind(), route_prefix="/predict")
    signal.pause()
