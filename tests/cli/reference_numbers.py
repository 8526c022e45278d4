#!/usr/bin/env python3
"""The published figures on real data, through the command. Sources: Fader, Hardie & Lee 2005; Fader & Hardie's
notes 004 and 025; the UCI Online Retail data."""
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "support"))
from shoal_cli import DATASETS, close, main, run_json

SAMPLE = os.path.join(DATASETS, "CDNOW_sample.txt")
MASTER = os.path.join(DATASETS, "CDNOW_master.txt")
RETAIL = os.path.join(DATASETS, "online_retail.csv.gz")
WEEKS = ["--unit", "week", "--calibration-end", "1997-09-30"]


def check_fit(fit, log_likelihood, params, digits=4):
    close(fit["log_likelihood"], log_likelihood, 1e-3, "log-likelihood")
    for name, expected in params.items():
        close(fit["params"][name], expected, 0.6 * 10 ** -digits * max(1, abs(expected)), name)


def cdnow_sample(folder):
    store = os.path.join(folder, "store.h5")
    done = run_json("import", SAMPLE, "--columns", "_,customer,date,_,amount", "-o", store)
    assert done["rows_read"] if "rows_read" in done else done["input"]["rows_read"] == 6919
    assert done["customers"] == 2357
    clv = run_json("clv", store, *WEEKS)
    check_fit(clv["purchase"], -9582.4292, {"r": .2425945, "alpha": 4.4136019, "a": .7929199, "b": 2.4258881})
    for name, expected in {"r": .01256, "alpha": .37822, "a": .18572, "b": .70534}.items():
        close(clv["purchase"]["se"][name], expected, 2e-3 * expected, "standard error of " + name)
    check_fit(clv["spend"], -4055.9177, {"p": 6.24957, "q": 3.74423, "gamma": 15.44353})
    assert clv["spend"]["n"] == 946
    close(clv["holdout"]["predicted"], 1653.41, 0.05, "holdout forecast")
    assert clv["holdout"]["actual"] == 1882
    close(clv["holdout"]["periods"], 39, 1e-12, "holdout periods")
    close(clv["holdout"]["mae"], .7855, 5e-5, "holdout MAE")
    close(clv["holdout"]["rmse"], 1.6080, 5e-5, "holdout RMSE")


def cdnow_master(folder):
    store = os.path.join(folder, "store.h5")
    done = run_json("import", MASTER, "-o", store)
    assert done["customers"] == 23570
    clv = run_json("clv", store, *WEEKS)
    check_fit(clv["purchase"], -95368.4439, {"r": .251624, "alpha": 4.788943, "a": .723434, "b": 2.161089})
    check_fit(clv["spend"], -40763.4763, {"p": 6.27536, "q": 3.62445, "gamma": 14.98369})
    assert clv["spend"]["n"] == 9450
    assert clv["holdout"]["actual"] == 19684


def online_retail(folder):
    store = os.path.join(folder, "store.h5")
    done = run_json("import", RETAIL, "--returns", "drop", "-o", store)
    source = done["input"]
    assert source["rows_read"] == 541909 and source["rows_kept"] == 397884, source
    assert source["rows_read"] == source["rows_kept"] + source["rows_rejected"]
    assert source["rows_rejected"] == sum(source["rejected_by_reason"].values())
    assert done["customers"] == 4338
    close(done["revenue"], 8911407.90, 0.005, "revenue")
    clv = run_json("clv", store)
    assert clv["purchase"]["unit"] == "day"
    close(clv["purchase"]["log_likelihood"], -61823.4713, 1e-3, "log-likelihood")
    close(clv["purchase"]["params"]["r"], .82654, 1e-3, "r")
    close(clv["purchase"]["params"]["alpha"], 68.9051, 0.1, "alpha")
    assert "dropout" in clv["purchase"]["boundary"], clv["purchase"]
    check_fit(clv["spend"], -19083.3306, {"p": 2.10338, "q": 3.45118, "gamma": 485.888}, digits=3)
    assert clv["spend"]["n"] == 2790


main([cdnow_sample, cdnow_master, online_retail])
