"""Makes the two aligned banks, the scorecard and the expected decisions from vertical/.

Run by hand when the data changes (needs pandas and scikit-learn); tests read only what it wrote.

The story: bank_1 knows the account and the loan of a customer, bank_2 (another bank) knows the person. Both have the
same 694 customers, in the same order. A model owner has a scorecard, fitted here by logistic regression: the score is
the log-odds of repaying, so higher is better. Nobody shows anybody a column or a weight.
"""

import hashlib
import json
import math
from decimal import Decimal
from pathlib import Path

import pandas as pd
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

HERE = Path(__file__).parent
DECISIONS = ["decline", "refer", "accept"]
# Below even odds of repaying: decline. From seventy percent on: accept.
PROBABILITIES = [0.5, 0.7]


def bank_1(account: pd.DataFrame) -> pd.DataFrame:
    """What the bank with the account knows, as numbers."""
    checking = account.status_of_existing_checking_account
    savings = account.savings_account_and_bonds
    return pd.DataFrame({
        "duration_in_month": account.duration_in_month,
        "credit_amount": account.credit_amount,
        "installment_rate_in_percentage_of_disposable_income":
            account.installment_rate_in_percentage_of_disposable_income,
        "checking_account_overdrawn": (checking == "... < 0 DM").astype(int),
        "no_checking_account": (checking == "no checking account").astype(int),
        "savings_of_500_dm_or_more": savings.isin(["500 <= ... < 1000 DM", "... >= 1000 DM"]).astype(int),
    })


def bank_2(person: pd.DataFrame) -> pd.DataFrame:
    """What the other bank knows, as numbers."""
    employed = person.present_employment_since.isin(["4 <= ... < 7 years", "... >= 7 years"])
    return pd.DataFrame({
        "age_in_years": person.age_in_years,
        "present_residence_since": person.present_residence_since,
        "number_of_existing_credits_at_this_bank": person.number_of_existing_credits_at_this_bank,
        "number_of_people_being_liable_to_provide_maintenance_for":
            person.number_of_people_being_liable_to_provide_maintenance_for,
        "employed_for_four_years_or_more": employed.astype(int),
        "owns_home": (person.housing == "own").astype(int),
    })


def fit(features: pd.DataFrame, repaid: pd.Series) -> tuple[list[Decimal], Decimal, float]:
    """Weights and bias on the raw scale, to six decimals, and the cross-validated area under the curve."""
    pipeline = make_pipeline(StandardScaler(), LogisticRegression(max_iter=1000))
    area = cross_val_score(pipeline, features, repaid, cv=5, scoring="roc_auc").mean()
    pipeline.fit(features, repaid)
    scaler, model = pipeline[0], pipeline[1]
    weights = model.coef_[0] / scaler.scale_
    bias = model.intercept_[0] - (weights * scaler.mean_).sum()
    return [Decimal(f"{weight:.6f}") for weight in weights], Decimal(f"{bias:.6f}"), area


def decide(features: pd.DataFrame, weights: list[Decimal], bias: Decimal, thresholds: list[Decimal]) -> list[int]:
    """The decisions in exact arithmetic: features are integers, all others have six decimals."""
    scores = [sum(map(lambda x, w: int(x) * w, row, weights), bias) for row in features.itertuples(index=False)]
    return [sum(score >= threshold for threshold in thresholds) for score in scores]


def main() -> None:
    account = pd.read_csv(HERE / "vertical" / "bank_a.csv")
    person = pd.read_csv(HERE / "vertical" / "bank_b.csv")
    both = account.merge(person, on="customer_id").sort_values("customer_id").reset_index(drop=True)
    banks = {"bank_1": bank_1(both), "bank_2": bank_2(both)}
    features = pd.concat(banks.values(), axis=1)
    weights, bias, area = fit(features, 1 - both.default)
    thresholds = [Decimal(f"{math.log(p / (1 - p)):.6f}") for p in PROBABILITIES]
    decisions = decide(features, weights, bias, thresholds)

    for name, columns in banks.items():
        columns.insert(0, "customer_id", both.customer_id)
        columns.to_csv(HERE / f"{name}.csv", index=False, lineterminator="\n")
    model = HERE / "model"
    model.mkdir(exist_ok=True)
    rows = "".join(f"{name},{weight}\n" for name, weight in zip(features.columns, weights))
    (model / "weights.csv").write_text("feature,weight\n" + rows)
    (model / "bias.csv").write_text(f"bias\n{bias}\n")
    (model / "thresholds.csv").write_text("threshold\n" + "".join(f"{threshold}\n" for threshold in thresholds))

    joined = ",".join(map(str, decisions))
    by_decision = both.default.groupby(decisions)
    expected = {
        "program": "risk-score",
        "rows": len(both),
        "features": {name: list(columns.columns[1:]) for name, columns in banks.items()},
        "counts": {name: decisions.count(value) for value, name in enumerate(DECISIONS)},
        "share_that_defaulted": {DECISIONS[value]: round(share, 4) for value, share in by_decision.mean().items()},
        "cross_validated_auc": round(area, 4),
        "decisions_sha256": hashlib.sha256(joined.encode()).hexdigest(),
        "decisions": decisions,
    }
    text = json.dumps(expected, indent=1)
    # One line for the list of decisions: it is compared, not read.
    start = text.index('"decisions": [')
    text = text[:start] + '"decisions": [' + joined + "]\n}\n"
    (HERE / "expected.json").write_text(text)


main()
