//! What a bank is told: account numbers, banks and currencies, checked as far as they can be without asking a bank.

use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// An international bank account number (ISO 13616), without blanks, its check digits verified.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Iban(String);

/// A business identifier code (ISO 9362): 8 or 11 characters.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Bic(String);

/// A currency as ISO 4217 writes it: three capital letters. Whether there is such a currency is not checked.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Currency(String);

/// How long the account numbers of a country are, as SWIFT's registry of ISO 13616 says.
const LENGTHS: [(&str, usize); 77] = [
    ("AD", 24),
    ("AE", 23),
    ("AL", 28),
    ("AT", 20),
    ("AZ", 28),
    ("BA", 20),
    ("BE", 16),
    ("BG", 22),
    ("BH", 22),
    ("BR", 29),
    ("BY", 28),
    ("CH", 21),
    ("CR", 22),
    ("CY", 28),
    ("CZ", 24),
    ("DE", 22),
    ("DK", 18),
    ("DO", 28),
    ("EE", 20),
    ("EG", 29),
    ("ES", 24),
    ("FI", 18),
    ("FO", 18),
    ("FR", 27),
    ("GB", 22),
    ("GE", 22),
    ("GI", 23),
    ("GL", 18),
    ("GR", 27),
    ("GT", 28),
    ("HR", 21),
    ("HU", 28),
    ("IE", 22),
    ("IL", 23),
    ("IQ", 23),
    ("IS", 26),
    ("IT", 27),
    ("JO", 30),
    ("KW", 30),
    ("KZ", 20),
    ("LB", 28),
    ("LC", 32),
    ("LI", 21),
    ("LT", 20),
    ("LU", 20),
    ("LV", 21),
    ("LY", 25),
    ("MC", 27),
    ("MD", 24),
    ("ME", 22),
    ("MK", 19),
    ("MR", 27),
    ("MT", 31),
    ("MU", 30),
    ("NL", 18),
    ("NO", 15),
    ("PK", 24),
    ("PL", 28),
    ("PS", 29),
    ("PT", 25),
    ("QA", 29),
    ("RO", 24),
    ("RS", 22),
    ("SA", 24),
    ("SC", 31),
    ("SE", 24),
    ("SI", 19),
    ("SK", 24),
    ("SM", 27),
    ("ST", 25),
    ("SV", 28),
    ("TL", 23),
    ("TN", 24),
    ("TR", 26),
    ("UA", 29),
    ("VA", 22),
    ("XK", 20),
];

impl Iban {
    /// The number.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Currency {
    /// The three letters.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Iban {
    type Err = String;

    /// Reads an account number, with blanks as on paper or without.
    fn from_str(text: &str) -> Result<Self, String> {
        let shown: String = text.chars().take(48).collect();
        let refused = |why: String| Err(format!("{shown:?} is not an IBAN: {why}"));
        let number: String = text.chars().filter(|c| *c != ' ').collect();
        let bytes = number.as_bytes();
        if !(15..=34).contains(&bytes.len()) {
            return refused(format!("it has {} characters; expected 15 to 34", bytes.len()));
        }
        let lawful = bytes[..2].iter().all(u8::is_ascii_uppercase)
            && bytes[2..4].iter().all(u8::is_ascii_digit)
            && bytes[4..].iter().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit());
        if !lawful {
            return refused("expected two capital letters, two digits, then capital letters and digits".to_owned());
        }
        if let Some((country, length)) = LENGTHS.iter().find(|(country, _)| number.starts_with(country))
            && *length != bytes.len()
        {
            return refused(format!("numbers of {country} have {length} characters, this has {}", bytes.len()));
        }
        // 00, 01 and 99 leave the remainder too, but no bank computes them.
        if ["00", "01", "99"].contains(&&number[2..4]) || remainder(bytes) != 1 {
            return refused("its check digits do not belong to it: is a digit wrong?".to_owned());
        }
        Ok(Self(number))
    }
}

/// The remainder by 97 of the number whose first four characters stand last, letters as 10 to 35 (ISO 7064).
fn remainder(number: &[u8]) -> u32 {
    let turned = number[4..].iter().chain(&number[..4]);
    turned.fold(0, |rest, byte| match byte {
        b'0'..=b'9' => (rest * 10 + u32::from(byte - b'0')) % 97,
        _ => (rest * 100 + u32::from(byte - b'A') + 10) % 97,
    })
}

impl FromStr for Bic {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let bytes = text.as_bytes();
        let lawful = [8, 11].contains(&bytes.len())
            && bytes[..6].iter().all(u8::is_ascii_uppercase)
            && bytes[6..].iter().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit());
        if lawful {
            return Ok(Self(text.to_owned()));
        }
        let found: String = text.chars().take(24).collect();
        Err(format!("{found:?} is not a BIC: expected six capital letters, then 2 or 5 capital letters or digits"))
    }
}

impl FromStr for Currency {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if text.len() == 3 && text.bytes().all(|byte| byte.is_ascii_uppercase()) {
            return Ok(Self(text.to_owned()));
        }
        let found: String = text.chars().take(24).collect();
        Err(format!("{found:?} is not a currency: expected three capital letters, for example EUR"))
    }
}

as_text!(Iban, Bic, Currency);
shows_itself!(Iban, Bic, Currency);

#[cfg(test)]
mod tests {
    use super::*;

    /// The examples of SWIFT's registry.
    const GOOD: [&str; 6] = [
        "DE89 3704 0044 0532 0130 00",
        "GB29NWBK60161331926819",
        "CH9300762011623852957",
        "FR1420041010050500013M02606",
        "NO9386011117947",
        "MT84MALT011000012345MTLCAST001S",
    ];

    #[test]
    fn check_digits_find_every_wrong_digit() {
        for number in GOOD {
            let iban: Iban = number.parse().expect(number);
            assert!(!iban.as_str().contains(' '));
            for position in 4..iban.as_str().len() {
                for other in '0'..='9' {
                    let mut changed: Vec<char> = iban.as_str().chars().collect();
                    if changed[position] == other || !changed[position].is_ascii_digit() {
                        continue;
                    }
                    changed[position] = other;
                    let changed: String = changed.into_iter().collect();
                    assert!(changed.parse::<Iban>().is_err(), "{changed}");
                }
            }
        }
    }

    #[test]
    fn what_is_no_account_bank_or_currency() {
        for wrong in
            ["", "DE", "DE8937040044053201300", "de89370400440532013000", "GB99NWBK60161331926819", "ÄÖ89370400440532"]
        {
            assert!(wrong.parse::<Iban>().is_err(), "{wrong}");
        }
        assert!(["DEUTDEFF", "DEUTDEFF500"].iter().all(|bic| bic.parse::<Bic>().is_ok()));
        assert!(["DEUTDEF", "DEUTDEFF5", "deutdeff", "D3UTDEFF", "ÄÄÄÄ"].iter().all(|bic| bic.parse::<Bic>().is_err()));
        assert!("EUR".parse::<Currency>().is_ok());
        assert!(["eur", "EURO", "EU", "€", ""].iter().all(|name| name.parse::<Currency>().is_err()));
    }
}
