//! Where a party can be reached.

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::IdentityError;

/// The longest host name that DNS allows.
const LONGEST_HOST: usize = 253;

/// `HOST:PORT`, where partners dial and where this party listens. An IPv6 address stands in brackets.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Address {
    host: String,
    port: u16,
}

impl Address {
    /// The host: a name or an IP address without brackets.
    pub fn host(&self) -> &str {
        &self.host
    }

    /// The port.
    pub fn port(&self) -> u16 {
        self.port
    }
}

impl FromStr for Address {
    type Err = IdentityError;

    fn from_str(text: &str) -> Result<Self, IdentityError> {
        parse(text).map_err(|why| IdentityError::Address { found: text.chars().take(LONGEST_HOST + 10).collect(), why })
    }
}

fn parse(text: &str) -> Result<Address, &'static str> {
    let (host, port) = text.rsplit_once(':').ok_or("it has no port")?;
    let port: u16 = port.parse().map_err(|_| "the port is not a number from 1 to 65535")?;
    if port == 0 {
        return Err("port 0 means any port, and partners need to know which");
    }
    let bracketed = host.strip_prefix('[').and_then(|h| h.strip_suffix(']'));
    let host = match (bracketed, host.contains(':')) {
        (Some(inner), _) if inner.parse::<std::net::Ipv6Addr>().is_ok() => inner,
        (Some(_), _) => return Err("what stands in brackets is not an IPv6 address"),
        (None, true) => return Err("an IPv6 address stands in brackets"),
        (None, false) => host,
    };
    if host.parse::<IpAddr>().is_ok_and(|ip| ip.is_unspecified()) {
        return Err("it means every interface; partners need one that they can dial");
    }
    let is_name_byte = |c: u8| c.is_ascii_alphanumeric() || c == b'.' || c == b'-' || c == b'_';
    if bracketed.is_none() && (host.is_empty() || host.len() > LONGEST_HOST || !host.bytes().all(is_name_byte)) {
        return Err("the host is neither a host name nor an IP address");
    }
    Ok(Address { host: host.to_owned(), port })
}

impl TryFrom<String> for Address {
    type Error = IdentityError;

    fn try_from(text: String) -> Result<Self, IdentityError> {
        text.parse()
    }
}

impl From<Address> for String {
    fn from(address: Address) -> Self {
        address.to_string()
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { host, port } = self;
        if host.contains(':') { write!(f, "[{host}]:{port}") } else { write!(f, "{host}:{port}") }
    }
}
