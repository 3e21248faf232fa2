//! The demos: who plays, with which data of `datasets/`.

use std::path::{Path, PathBuf};

use crate::exit::{Exit, Failure};

/// A demo, or another program that is run by several processes of this machine.
pub(crate) struct Scene<'a> {
    pub(crate) name: &'a str,
    pub(crate) title: &'a str,
    pub(crate) program: &'a str,
    pub(crate) parameters: &'a [(&'a str, &'a str)],
    /// More options of `quorate run`.
    pub(crate) options: &'a [String],
    /// The folder of `datasets/` in which the files are.
    pub(crate) folder: &'a str,
    pub(crate) parties: &'a [Player<'a>],
}

/// A party of a scene.
pub(crate) struct Player<'a> {
    pub(crate) name: &'a str,
    pub(crate) roles: &'a [&'a str],
    pub(crate) inputs: &'a [Column<'a>],
}

/// Columns of a file for one input.
pub(crate) struct Column<'a> {
    pub(crate) input: &'a str,
    pub(crate) file: &'a str,
    pub(crate) columns: &'a str,
}

/// The demo that is played when none is named.
pub(super) const DEFAULT: &str = "hospitals";

pub(super) const SCENES: &[Scene<'static>] = &[
    Scene {
        name: "millionaires",
        title: "who is richer, Alice or Bob? Neither learns the other's fortune",
        program: "millionaires",
        parameters: &[],
        options: &[],
        folder: "millionaires",
        parties: &[
            Player { name: "alice", roles: &["alice"], inputs: &[column("alice.wealth", "alice.csv", "wealth")] },
            Player { name: "bob", roles: &["bob"], inputs: &[column("bob.wealth", "bob.csv", "wealth")] },
        ],
    },
    Scene {
        name: "budget",
        title: "five US agencies add up their receipts of 2015; only the total becomes known",
        program: "budget-total",
        parameters: &[],
        options: &[],
        folder: "budgets/us_federal_receipts_2015",
        parties: &[
            agency("agriculture", &["party_1"], &[column("party_1.budget", "agriculture.csv", AMOUNT)]),
            agency("health", &["party_2"], &[column("party_2.budget", "health.csv", AMOUNT)]),
            agency("homeland_security", &["party_3"], &[column("party_3.budget", "homeland_security.csv", AMOUNT)]),
            agency("interior", &["party_4"], &[column("party_4.budget", "interior.csv", AMOUNT)]),
            agency("treasury", &["party_5"], &[column("party_5.budget", "treasury.csv", AMOUNT)]),
        ],
    },
    Scene {
        name: "hospitals",
        title: "three hospitals compute the age statistics of all their lung cancer patients",
        program: "hospital-stats",
        parameters: &[("edges", "39,50,60,70,80,90")],
        options: &[],
        folder: "hospitals/lung_ncctg",
        parties: &[
            Player {
                name: "hospital_1",
                roles: &["party_1"],
                inputs: &[column("party_1.value", "hospital_1.csv", "age")],
            },
            Player {
                name: "hospital_2",
                roles: &["party_2"],
                inputs: &[column("party_2.value", "hospital_2.csv", "age")],
            },
            Player {
                name: "hospital_3",
                roles: &["party_3"],
                inputs: &[column("party_3.value", "hospital_3.csv", "age")],
            },
        ],
    },
    Scene {
        name: "risk",
        title: "a private scorecard meets the customers of two banks; only the decisions become known, to the banks",
        program: "risk-score",
        parameters: &[],
        options: &[],
        folder: "banking/german_credit",
        parties: &[
            Player {
                name: "model_owner",
                roles: &["model_owner"],
                inputs: &[
                    column("model_owner.weights", "model/weights.csv", "weight"),
                    column("model_owner.bias", "model/bias.csv", "bias"),
                    column("model_owner.thresholds", "model/thresholds.csv", "threshold"),
                ],
            },
            Player {
                name: "bank_1",
                roles: &["bank_1"],
                inputs: &[column(
                    "bank_1.features",
                    "bank_1.csv",
                    "duration_in_month,credit_amount,installment_rate_in_percentage_of_disposable_income,\
                     checking_account_overdrawn,no_checking_account,savings_of_500_dm_or_more",
                )],
            },
            Player {
                name: "bank_2",
                roles: &["bank_2"],
                inputs: &[column(
                    "bank_2.features",
                    "bank_2.csv",
                    "age_in_years,present_residence_since,number_of_existing_credits_at_this_bank,\
                     number_of_people_being_liable_to_provide_maintenance_for,employed_for_four_years_or_more,\
                     owns_home",
                )],
            },
        ],
    },
];

const AMOUNT: &str = "amount_thousand_usd";

const fn column(input: &'static str, file: &'static str, columns: &'static str) -> Column<'static> {
    Column { input, file, columns }
}

const fn agency(
    name: &'static str,
    roles: &'static [&'static str],
    inputs: &'static [Column<'static>],
) -> Player<'static> {
    Player { name, roles, inputs }
}

/// The demo of this name.
pub(super) fn find(name: &str) -> Option<&'static Scene<'static>> {
    SCENES.iter().find(|scene| scene.name == name)
}

/// Where the scene's files are: in the current directory's `datasets/`, else in that of the source tree.
///
/// # Errors
/// If a file is in neither.
pub(super) fn data_directory(scene: &Scene<'_>) -> Result<PathBuf, Failure> {
    let source_tree = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap_or(Path::new(".")).join("datasets");
    let places = [PathBuf::from("datasets"), source_tree].map(|place| place.join(scene.folder));
    let files: Vec<&str> = scene.parties.iter().flat_map(|player| player.inputs).map(|column| column.file).collect();
    let complete = |place: &&PathBuf| files.iter().all(|file| place.join(file).is_file());
    places.iter().find(complete).cloned().ok_or_else(|| {
        let [here, there] = &places;
        let message =
            format!("the data of the demo {} are neither in {} nor in {}", scene.name, here.display(), there.display());
        Failure::new(Exit::BadInput, message).hint("run it in a clone of the repository, which has the folder datasets")
    })
}
