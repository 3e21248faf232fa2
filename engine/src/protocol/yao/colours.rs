//! Opening: who is to learn a value gets the other party's colours of its labels.
//!
//! The two colours of a bit are an XOR sharing of it. The evaluator's answer is a bit, not a label, so a lying
//! evaluator could flip what the garbler learns: semi-honest only.

use quorate_circuits::number::Word;

use super::labels::Labels;
use super::{YAO_OUTPUTS, bits, opened_bits};
use crate::net::{ChannelError, Network, PartyIndex};
use crate::protocol::OpenRequest;

/// Opens vectors; both directions cross. The same on both sides.
pub(super) async fn open(
    net: &mut Network,
    peer: PartyIndex,
    requests: &[OpenRequest<'_, Labels>],
) -> Result<Vec<Option<Vec<Word>>>, ChannelError> {
    let me = net.me();
    let due = |receiver| opened_bits(requests, receiver, |share: &Labels| share.blocks().len());
    let (mut outgoing, mut lengths) = ([None; 2], [None; 2]);
    let mine: Vec<bool> = to(requests, peer).flat_map(|request| colours(request.share)).collect();
    let mine = bits::pack(&mine);
    if due(peer) > 0 {
        outgoing[peer.0] = Some(mine.as_slice());
    }
    if due(me) > 0 {
        lengths[peer.0] = Some(due(me).div_ceil(8));
    }
    let incoming = net.scatter(YAO_OUTPUTS, &outgoing, &lengths).await?;
    let mut theirs = bits::unpack(&incoming[peer.0]);
    let words =
        requests.iter().map(|request| request.receivers.contains(&me).then(|| join(request.share, &mut theirs)));
    Ok(words.collect())
}

fn to<'a, 'b>(
    requests: &'b [OpenRequest<'a, Labels>],
    receiver: PartyIndex,
) -> impl Iterator<Item = &'b OpenRequest<'a, Labels>> {
    requests.iter().filter(move |request| request.receivers.contains(&receiver))
}

/// The colours of a vector's labels, in their order.
pub(super) fn colours(share: &Labels) -> impl Iterator<Item = bool> {
    share.blocks().iter().map(|label| label.lsb())
}

/// The words of a vector, of which `theirs` gives the peer's colours.
///
/// # Panics
/// If an element has more bits than a word.
fn join(share: &Labels, theirs: &mut impl Iterator<Item = bool>) -> Vec<Word> {
    assert!(share.width() <= Word::BITS, "words have {} bits", Word::BITS);
    let mut words = vec![0; share.length()];
    for (bit, plane) in share.planes().enumerate() {
        for (word, (label, colour)) in words.iter_mut().zip(plane.iter().zip(theirs.by_ref())) {
            *word |= Word::from(label.lsb() ^ colour) << bit;
        }
    }
    words
}
