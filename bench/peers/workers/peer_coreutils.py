"""cat: what the system takes to hand over the bytes of a file, and a process."""
import os
import subprocess

from protocol import serve

NOWHERE = os.open(os.devnull, os.O_WRONLY)


class Load:
    def __init__(self, job):
        self.path = job.files["store"]

    def run(self):
        child = os.posix_spawnp("cat", ["cat", self.path], os.environ,
                                file_actions=[(os.POSIX_SPAWN_DUP2, NOWHERE, 1)])
        if os.waitpid(child, 0)[1] != 0:
            raise RuntimeError("cat failed")

    def result(self):
        done = subprocess.run(["cat", self.path], stdout=subprocess.PIPE, check=True)
        return [[float(len(done.stdout))]]


def version():
    first = subprocess.run(["cat", "--version"], stdout=subprocess.PIPE, check=True).stdout.decode().splitlines()[0]
    return first.rsplit(" ", 1)[-1]


serve(version(), {"store/load": Load})
