//! Elements in messages, by as many of their low bytes as count.

use bytemuck::Pod;

use crate::correlation::SecretVec;

/// Calls a function for so many bytes: fewer than an element has, or a dozen at most.
macro_rules! for_bytes {
    ($bytes:expr, $function:ident($($argument:expr),*)) => {
        match $bytes {
            1 => $function::<_, 1>($($argument),*),
            2 => $function::<_, 2>($($argument),*),
            3 => $function::<_, 3>($($argument),*),
            4 => $function::<_, 4>($($argument),*),
            5 => $function::<_, 5>($($argument),*),
            6 => $function::<_, 6>($($argument),*),
            7 => $function::<_, 7>($($argument),*),
            8 => $function::<_, 8>($($argument),*),
            9 => $function::<_, 9>($($argument),*),
            10 => $function::<_, 10>($($argument),*),
            11 => $function::<_, 11>($($argument),*),
            12 => $function::<_, 12>($($argument),*),
            13 => $function::<_, 13>($($argument),*),
            14 => $function::<_, 14>($($argument),*),
            _ => $function::<_, 15>($($argument),*),
        }
    };
}

/// Writes elements, `bytes` of each.
///
/// # Panics
/// If an element has fewer.
pub(super) fn write<T: Pod>(message: &mut Vec<u8>, elements: &[T], bytes: usize) {
    fn of<T: Pod, const BYTES: usize>(message: &mut [u8], elements: &[T]) {
        for (written, element) in message.as_chunks_mut::<BYTES>().0.iter_mut().zip(elements) {
            written.copy_from_slice(&bytemuck::bytes_of(element)[..BYTES]);
        }
    }
    if bytes == size_of::<T>() {
        return message.extend_from_slice(bytemuck::cast_slice(elements));
    }
    let before = message.len();
    message.resize(before + bytes * elements.len(), 0);
    for_bytes!(bytes, of(&mut message[before..], elements));
}

/// The elements of a message; bytes that were not sent are zero.
///
/// # Panics
/// If an element has fewer bytes.
pub(super) fn read<T: Pod>(message: &[u8], bytes: usize) -> SecretVec<T> {
    fn of<T: Pod, const BYTES: usize>(message: &[u8], elements: &mut [T]) {
        for (element, read) in elements.iter_mut().zip(message.as_chunks::<BYTES>().0) {
            bytemuck::bytes_of_mut(element)[..BYTES].copy_from_slice(read);
        }
    }
    let mut elements = SecretVec::<T>::zeros(message.len() / bytes);
    if bytes == size_of::<T>() {
        bytemuck::cast_slice_mut(&mut elements).copy_from_slice(message);
    } else {
        for_bytes!(bytes, of(message, &mut elements));
    }
    elements
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn what_is_written_is_read(words in vec(any::<u128>(), 0..50), bytes in 1_usize..=16) {
            let mut message = vec![7];
            write(&mut message, &words, bytes);
            prop_assert_eq!(message.len(), 1 + words.len() * bytes);
            let low: Vec<u128> = words.iter().map(|word| word << (128 - 8 * bytes) >> (128 - 8 * bytes)).collect();
            prop_assert_eq!(&read::<u128>(&message[1..], bytes)[..], &low[..]);
        }
    }
}
