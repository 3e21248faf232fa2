use quorate_testkit::{Case, Cluster};
use quorate_engine::plan::cost;
use quorate_engine::protocol::ProtocolName;
#[test]
fn t() {
    for (s,a,seats) in [("risk-score", "banks=1 rows=5000 columns[bank_1]=3", &[0usize,1][..]),("risk-score", "banks=3 rows=400 columns[bank_1]=1 columns[bank_2]=2 columns[bank_3]=7 receivers=all", &[0, 0, 1, 2]),
    ("risk-score", "banks=1 rows=1 columns[bank_1]=256", &[1, 0]),("hospital-stats", "parties=2 groups=64 decimals=6", &[0, 1])] {
        for p in [ProtocolName::Yao, ProtocolName::Additive] {
            let mut c = Case::filled(s,a,11); if s=="risk-score" {c=c.with("model_owner.thresholds","-5,2.5");}
            let cl = Cluster::new(c).seats(seats).protocol(p);
            if p==ProtocolName::Yao && cl.size()!=2 {continue}
            let t=std::time::Instant::now(); let plan=cl.plan(); let tp=t.elapsed();
            let t=std::time::Instant::now(); let cost=cost(&plan); let tc=t.elapsed();
            let t=std::time::Instant::now(); cl.run(); 
            println!("{} plan {tp:?} cost {tc:?} run {:?} ands {} mults {} bytes {} phases {:?}", cl.describe(), t.elapsed(), cost.and_gates, cost.multiplications, cost.bytes(), cost.phases);
        }
    }
}
