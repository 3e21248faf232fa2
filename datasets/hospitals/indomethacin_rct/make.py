"""Adds the 0/1 columns `treated` and `pancreatitis` to the four hospitals' files, as numbers of `rx` and `outcome`."""

import csv
from pathlib import Path

for path in sorted(Path(__file__).parent.glob("hospital_*.csv")):
    with path.open(newline="") as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        row["treated"] = int(row["rx"] == "indomethacin")
        row["pancreatitis"] = int(row["outcome"] == "yes")
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, rows[0].keys(), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
