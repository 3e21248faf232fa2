//! Colours between others.

/// From sand to a warm red, for a share between 0 and 1 of the cost.
pub(crate) fn heat(share: f64) -> String {
    blend([0xfd, 0xe8, 0xc8], [0xd6, 0x45, 0x45], share.clamp(0.0, 1.0).sqrt())
}

/// The colour at a place between 0, where it is `from`, and 1, where it is `to`.
pub(crate) fn blend(from: [u8; 3], to: [u8; 3], place: f64) -> String {
    let mixed = |i: usize| (f64::from(from[i]) + place * (f64::from(to[i]) - f64::from(from[i]))).round() as u8;
    format!("#{:02x}{:02x}{:02x}", mixed(0), mixed(1), mixed(2))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn heat_goes_from_cold_to_hot() {
        assert_eq!([heat(0.0), heat(1.0), heat(9.0)], ["#fde8c8", "#d64545", "#d64545"]);
    }

    #[test]
    fn colours_are_mixed() {
        assert_eq!(blend([0, 0, 0], [255, 100, 10], 0.5), "#803205");
    }
}
