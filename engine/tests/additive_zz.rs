use quorate_engine::net::Phase;
use quorate_engine::plan::cost;
use quorate_testkit::{Case, Cluster};
#[test]
fn zz() {
    for rows in [1, 2, 3, 100, 10_000] {
        let arguments = format!("banks=1 rows={rows} columns[bank_1]=3");
        let cluster = Cluster::new(Case::filled("risk-score", &arguments, 11).with("model_owner.thresholds", "-5, 2.5"));
        let c = cost(&cluster.plan());
        println!("{rows} {} {:?}", cluster.describe(), c.parties.iter().map(|p| p.depths).collect::<Vec<_>>());
    }
}
