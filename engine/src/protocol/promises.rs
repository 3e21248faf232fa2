//! The table of promises, as `SECURITY.md` prints it.

use super::OFFERS;

/// The table "What each protocol promises, and what it cannot" in Markdown, one row for each protocol.
pub fn promises() -> String {
    let mut table = String::from(
        "| protocol | parties | adversary | may be corrupted | guarantee | names cheaters | fairness | network | sources |\n\
         |---|---|---|---|---|---|---|---|---|\n",
    );
    for offer in OFFERS {
        let parties = if offer.least_parties == offer.most_parties {
            offer.least_parties.to_string()
        } else {
            format!("{} to {}", offer.least_parties, offer.most_parties)
        };
        let cells = [
            &format!("`{}`", offer.name.name()),
            &parties,
            offer.adversary.name(),
            offer.corrupt.name(),
            offer.guarantee.name(),
            offer.names_cheaters,
            offer.fairness,
            offer.network,
            offer.sources,
        ];
        table += &format!("| {} |\n", cells.join(" | "));
    }
    table
}
