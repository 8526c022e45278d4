"""h5py: every feature column of the store as an array."""
from protocol import importing, serve

with importing():
    import h5py


class Load:
    def __init__(self, job):
        self.path = job.files["store"]

    def before(self):
        self.columns = None

    def run(self):
        with h5py.File(self.path, "r") as file:
            customers = file["customers"]
            self.columns = [customers[name][...] for name in customers if name.startswith("feature_")]

    def result(self):
        return self.columns


serve(h5py.__version__, {"store/load": Load})
