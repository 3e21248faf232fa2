//! The people of the treasury, and its policy.

use super::super::stage::Stage;
use crate::exit::Failure;
use crate::identity::Home;

/// Those who approve: one of each department.
pub(super) const APPROVERS: [&str; 2] = ["tess", "cleo"];

/// Who is paid.
pub(super) const LANDLORD: &str = "bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq";

/// The roles of the people; custodians have none.
const ROLES: [(&str, &str); 3] = [("ida", "clerk"), ("tess", "treasury"), ("cleo", "compliance")];

/// Nothing is allowed but what the first rule allows, and the second forbids what is too much.
const RULES: &str = r#"
[change]
quorum = "1 of treasury and 1 of compliance"

[[rule]]
name = "payments"
then = "allow"
quorum = "1 of treasury and 1 of compliance"
attestations = [{ claim = "screened" }]
when = { kinds = ["transfer"], assets = ["BTC"] }
limit = [{ window = "24h", count = 10, sum = "5" }]

[[rule]]
name = "never more than one at a time"
then = "refuse"
when = { assets = ["BTC"], above = "1" }
"#;

/// The text of the policy, with everybody's identity.
pub(super) fn policy(stage: &Stage) -> Result<String, Failure> {
    let identity = |name: &str| Ok::<_, Failure>(Home::at(stage.home_of(name)).identity()?.public_key());
    let mut text = String::from("format = 1\nkey = \"treasury\"\nversion = 1\ninitiators = [\"clerk\"]\n");
    text += "exclusive = [[\"clerk\", \"treasury\", \"compliance\"]]\n";
    for (name, role) in ROLES {
        text += &format!("\n[people.{name}]\nidentity = \"{}\"\nroles = [\"{role}\"]\n", identity(name)?);
    }
    text += &format!("\n[issuers.screening]\nidentity = \"{}\"\nclaims = [\"screened\"]\n", identity("screening")?);
    Ok(text + RULES)
}
