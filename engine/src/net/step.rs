//! The name that every byte on the wire belongs to.

/// A named step of a protocol, for example `yao/tables`. Traces, tamper tests, cost tables and error
/// messages use the name; the wire carries its 32-bit tag.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Step(&'static str);

impl Step {
    /// Names a step. Names are constants beside the code that sends them.
    pub const fn new(name: &'static str) -> Self {
        Self(name)
    }

    /// The name.
    pub const fn name(self) -> &'static str {
        self.0
    }

    /// The tag on the wire: FNV-1a of the name. It detects two parties in different places of a
    /// protocol; it authenticates nothing (the link does).
    pub const fn tag(self) -> u32 {
        let bytes = self.0.as_bytes();
        let mut hash: u32 = 0x811c_9dc5;
        let mut i = 0;
        while i < bytes.len() {
            hash = (hash ^ bytes[i] as u32).wrapping_mul(0x0100_0193);
            i += 1;
        }
        hash
    }
}

impl std::fmt::Display for Step {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.0)
    }
}
