//! What the processor can do. The standard library detects it once and keeps the answer.

/// The versions of a kernel, from the plainest up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Level {
    /// No more than the target's base line.
    Portable,
    /// 128-bit AES-NI and PCLMULQDQ, and 256-bit AVX2 integer arithmetic.
    Avx2,
    /// The same with VAES and VPCLMULQDQ on 256-bit registers.
    Vaes256,
    /// 512-bit AVX-512 (F, BW, DQ) with VAES and VPCLMULQDQ.
    Avx512,
}

impl Level {
    /// The best level of this machine.
    #[cfg(target_arch = "x86_64")]
    pub(crate) fn of_this_machine() -> Self {
        use std::arch::is_x86_feature_detected as has;
        let wide = has!("avx512f") && has!("avx512bw") && has!("avx512dq");
        if !(has!("aes") && has!("ssse3") && has!("pclmulqdq") && has!("avx2")) {
            Self::Portable
        } else if !(has!("vaes") && has!("vpclmulqdq")) {
            Self::Avx2
        } else if wide {
            Self::Avx512
        } else {
            Self::Vaes256
        }
    }

    /// The best level of this machine.
    #[cfg(not(target_arch = "x86_64"))]
    pub(crate) fn of_this_machine() -> Self {
        Self::Portable
    }

    /// Every level that this machine can run: what the tests compare.
    #[cfg(test)]
    pub(crate) fn all_of_this_machine() -> impl Iterator<Item = Self> {
        let all = [Self::Portable, Self::Avx2, Self::Vaes256, Self::Avx512];
        all.into_iter().filter(|level| *level <= Self::of_this_machine())
    }
}

/// Something that starts where a vector of 512 bits does: no load of one straddles two lines of the cache.
#[repr(C, align(64))]
pub(crate) struct Aligned<T>(pub(crate) T);
