"""Writes the expected.json of every dataset but the bank's (see its make.py): the plain answers, from pooled data.

Run by hand when the data changes (needs pandas and numpy). It shares no code with Quorate, on purpose.
"""

import json
import re
from pathlib import Path

import numpy as np
import pandas as pd

HERE = Path(__file__).parent


def plain(value):
    """A number for JSON: integers as integers, and null for what is not defined."""
    value = float(value)
    if np.isnan(value):
        return None
    return int(value) if value.is_integer() else value


def statistics(files: list[Path], value: str, group: str | None, groups: int, decimals: int, edges: list) -> dict:
    """What hospital-stats answers. A list has one entry per group, also where there is only one group."""
    tables = [pd.read_csv(file) for file in files]
    pooled = pd.concat(tables)
    labels = pooled[group] if group else pd.Series(0, index=pooled.index)
    kept = [pooled[value][labels == label].dropna() for label in range(groups)]
    outputs = {
        "count": [len(values) for values in kept],
        "sum": [plain(values.sum()) for values in kept],
        "sum_of_squares": [plain((values**2).sum()) for values in kept],
        "mean": [plain(values.mean()) for values in kept],
        "variance": [plain(values.var(ddof=1)) for values in kept],
        "min": [plain(values.min()) for values in kept],
        "max": [plain(values.max()) for values in kept],
        "histogram": [np.histogram(values, edges)[0].tolist() for values in kept],
    }
    return {
        "files": [file.name for file in files],
        "value": value,
        "group": group,
        "groups": groups,
        "decimals": decimals,
        "edges": edges,
        "rows": [len(table) for table in tables],
        "blank": [int(table[value].isna().sum()) for table in tables],
        "outputs": outputs,
    }


def write(folder: str, expected: dict) -> None:
    text = json.dumps(expected, indent=1)
    # Lists of numbers or names read best on one line.
    one_line = re.sub(r"\[[^\[\]{}]*\]", lambda found: re.sub(r"\s+", " ", found[0]).replace("[ ", "[").replace(" ]", "]"), text)
    (HERE / folder / "expected.json").write_text(one_line + "\n")


def hospitals() -> None:
    lung = sorted((HERE / "hospitals/lung_ncctg").glob("hospital_*.csv"))
    decades = [39, 50, 60, 70, 80, 90]
    write("hospitals/lung_ncctg", {
        "program": "hospital-stats",
        "cases": {
            "age": statistics(lung, "age", None, 1, 0, decades),
            # Sex is 1 or 2 in this study, so group 0 is empty.
            "age_by_sex": statistics(lung, "age", "sex", 3, 0, decades),
            "weight_loss": statistics(lung, "wt.loss", None, 1, 0, [-30, -10, 0, 10, 20, 40, 70]),
            "calories_by_sex": statistics(lung, "meal.cal", "sex", 3, 0, [0, 500, 1000, 1500, 3000]),
        },
    })
    trial = [HERE / f"hospitals/indomethacin_rct/hospital_{name}.csv" for name in ("UM", "IU", "UK", "Case")]
    write("hospitals/indomethacin_rct", {
        "program": "hospital-stats",
        "cases": {
            "age_by_arm": statistics(trial, "age", "treated", 2, 0, [19, 30, 40, 50, 60, 70, 90]),
            "risk_by_arm": statistics(trial, "risk", "treated", 2, 1, [1, 2, 3, 4, 6]),
            # The result of the trial: the mean of a 0/1 column is a rate.
            "pancreatitis_by_arm": statistics(trial, "pancreatitis", "treated", 2, 0, [0, 1, 2]),
        },
    })


def budgets() -> None:
    files = sorted((HERE / "budgets/us_federal_receipts_2015").glob("*.csv"))
    columns = {file.name: pd.read_csv(file).amount_thousand_usd for file in files}
    write("budgets/us_federal_receipts_2015", {
        "program": "budget-total",
        "value": "amount_thousand_usd",
        "parties": {name: {"rows": len(column), "sum": int(column.sum())} for name, column in columns.items()},
        "outputs": {"total": int(pd.concat(columns.values()).sum())},
    })


def millionaires() -> None:
    alice, bob = (pd.read_csv(HERE / f"millionaires/{name}.csv").wealth[0] for name in ("alice", "bob"))
    write("millionaires", {
        "program": "millionaires",
        "outputs": {"alice_richer": bool(alice > bob), "bob_richer": bool(bob > alice)},
    })


hospitals()
budgets()
millionaires()
