//! The data that is shipped with Quorate: every file is read, and sums equal those that pandas found (`expected.json`).

use std::path::Path;

use quorate_data::{Column, Files, Rounding, Source, Table, Tables};

fn read(source: &str) -> Table {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../datasets");
    let source: Source = folder.join(source).to_str().unwrap().parse().unwrap_or_else(|error| panic!("{error}"));
    Files::new().read(&source).unwrap_or_else(|error| panic!("{error}"))
}

fn integers(column: &Column, decimals: u32) -> Vec<Option<i128>> {
    column.to_scaled(decimals, Rounding::Exact).unwrap_or_else(|error| panic!("{error}")).0
}

fn sum(column: &Column) -> i128 {
    integers(column, 0).into_iter().flatten().sum()
}

#[test]
fn hospitals() {
    let tables =
        [1, 2, 3].map(|hospital| read(&format!("hospitals/lung_ncctg/hospital_{hospital}.csv:age,wt.loss,sex")));
    assert_eq!(tables.each_ref().map(Table::rows), [61, 57, 110]);
    assert_eq!(tables.each_ref().map(|table| table.columns()[1].blanks()), [4, 0, 10]);
    assert_eq!(tables.iter().map(|table| sum(&table.columns()[0])).sum::<i128>(), 14_238);
    assert_eq!(tables.iter().map(|table| sum(&table.columns()[1])).sum::<i128>(), 2_104);

    let sites = ["UM", "IU", "UK", "Case"];
    let trial =
        sites.map(|site| read(&format!("hospitals/indomethacin_rct/hospital_{site}.csv:pancreatitis,risk,treated")));
    assert_eq!(trial.iter().map(|table| sum(&table.columns()[0])).sum::<i128>(), 52 + 27);
    assert!(trial.iter().all(|table| table.columns()[1].to_scaled(1, Rounding::Exact).is_ok()));
}

#[test]
fn budgets() {
    let agencies = ["agriculture", "health", "homeland_security", "interior", "treasury"];
    let total: i128 = agencies
        .iter()
        .map(|agency| read(&format!("budgets/us_federal_receipts_2015/{agency}.csv:amount_thousand_usd")))
        .map(|table| sum(&table.columns()[0]))
        .sum();
    assert_eq!(total, 366_776_000);
}

#[test]
fn the_scorecard_decides_as_expected() {
    let folder = "banking/german_credit";
    let features = [
        read(&format!(
            "{folder}/bank_1.csv:duration_in_month,credit_amount,installment_rate_in_percentage_of_disposable_income,\
             checking_account_overdrawn,no_checking_account,savings_of_500_dm_or_more"
        )),
        read(&format!(
            "{folder}/bank_2.csv:age_in_years,present_residence_since,number_of_existing_credits_at_this_bank,\
             number_of_people_being_liable_to_provide_maintenance_for,employed_for_four_years_or_more,owns_home"
        )),
    ];
    let model = |column: &str| -> Vec<i128> {
        integers(&read(&format!("{folder}/model/{column}")).columns()[0], 6).into_iter().flatten().collect()
    };
    let (weights, thresholds) = (model("weights.csv:weight"), model("thresholds.csv:threshold"));
    let mut scores = vec![model("bias.csv:bias")[0]; features[0].rows()];
    for (column, weight) in features.iter().flat_map(Table::columns).zip(weights) {
        for (score, feature) in scores.iter_mut().zip(integers(column, 0)) {
            *score += weight * feature.unwrap();
        }
    }
    let decision = |score: &i128| thresholds.iter().filter(|threshold| score >= *threshold).count();
    let counts = [0, 1, 2].map(|wanted| scores.iter().filter(|score| decision(score) == wanted).count());
    assert_eq!(counts, [138, 182, 374]);
}

#[test]
fn millionaires() {
    assert!(
        sum(&read("millionaires/alice.csv:wealth").columns()[0])
            > sum(&read("millionaires/bob.csv:wealth").columns()[0])
    );
}
