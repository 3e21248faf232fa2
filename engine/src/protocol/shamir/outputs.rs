//! Opening vectors to some parties: everybody sends its shares to the receivers. All shares of a vector are on one polynomial
//! of degree `t`, which the honest parties' shares alone determine: a wrong one shows.
//!
//! Before, all products are checked, and that everybody was told the same.

use quorate_circuits::number::Word;

use super::share::{Number, Share};
use super::told::{NOT_ON_A_POLYNOMIAL, disagreement, opened};
use super::{SHAMIR_OUTPUTS, Shamir};
use crate::galois::{Code, Lanes};
use crate::net::{ChannelError, Ledger, PartyIndex};
use crate::protocol::vector::Part;
use crate::protocol::vector::{BitString, Planes};
use crate::protocol::{Domain, OpenRequest, Shape};

/// Bytes of a share on its way.
pub(super) fn share_bytes(shape: Shape, degree: usize) -> usize {
    degree * super::inputs::input_bytes(shape.domain, shape.length)
}

/// Bytes that each party is sent by each other one.
fn due<S>(requests: &[OpenRequest<'_, S>], degree: usize, receiver: PartyIndex, shape: impl Fn(&S) -> Shape) -> usize {
    let received = requests.iter().filter(|request| request.receivers.contains(&receiver));
    received.map(|request| share_bytes(shape(request.share), degree)).sum()
}

/// The messages of one call.
pub(super) fn outputs_cost<S>(
    ledger: &mut Ledger,
    requests: &[OpenRequest<'_, S>],
    degree: usize,
    shape: impl Fn(&S) -> Shape + Copy,
) {
    let parties = ledger.parties();
    let pairs = (0..parties).flat_map(|from| (0..parties).map(move |to| (PartyIndex(from), PartyIndex(to))));
    let messages = pairs.filter(|(from, to)| from != to);
    let messages = messages.map(|(from, to)| (from, to, due(requests, degree, to, shape) as u64));
    ledger.simultaneous(&messages.filter(|(.., bytes)| *bytes > 0).collect::<Vec<_>>());
}

impl Shamir {
    pub(super) async fn opened_to_receivers(
        &mut self,
        requests: &[OpenRequest<'_, Share>],
    ) -> Result<Vec<Option<Vec<Word>>>, ChannelError> {
        self.settle().await?;
        let (network, degree) = (&mut self.session.network, self.code.ring().degree());
        let (me, parties) = (network.me(), network.parties());
        let outgoing: Vec<Vec<u8>> = (0..parties).map(|receiver| message(requests, PartyIndex(receiver))).collect();
        let messages: Vec<Option<&[u8]>> =
            outgoing.iter().map(|message| Some(message.as_slice()).filter(|message| !message.is_empty())).collect();
        let mine = due(requests, degree, me, |share: &Share| share.shape);
        let lengths = vec![Some(mine).filter(|bytes| *bytes > 0); parties];
        let mut all = network.scatter(SHAMIR_OUTPUTS, &messages, &lengths).await?;
        all[me.0] = message(requests, me);
        let mut at = 0;
        let mut results = Vec::with_capacity(requests.len());
        for request in requests {
            if !request.receivers.contains(&me) {
                results.push(None);
                continue;
            }
            let bytes = share_bytes(request.share.shape, degree);
            let shares: Vec<Vec<u8>> = all.iter().map(|message| message[at..at + bytes].to_vec()).collect();
            at += bytes;
            let words = words(&self.code, request.share.shape, shares);
            results.push(Some(words.ok_or_else(|| disagreement(me, SHAMIR_OUTPUTS, NOT_ON_A_POLYNOMIAL))?));
        }
        Ok(results)
    }
}

/// My shares of everything that a receiver is sent, end to end.
fn message(requests: &[OpenRequest<'_, Share>], receiver: PartyIndex) -> Vec<u8> {
    let mut message = Vec::new();
    for request in requests.iter().filter(|request| request.receivers.contains(&receiver)) {
        match &request.share.part {
            Part::Arithmetic(elements) => message.extend_from_slice(bytemuck::cast_slice(elements.words())),
            Part::Boolean(planes) => {
                planes.iter().for_each(|planes| message.extend_from_slice(planes.pack(planes.width()).as_bytes()));
            }
        }
    }
    message
}

/// What everybody's shares say; nothing if they do not fit.
fn words(code: &Code, shape: Shape, shares: Vec<Vec<u8>>) -> Option<Vec<Word>> {
    let Domain::Boolean { width } = shape.domain else {
        let numbers = opened::<Number>(code, shape.length, &shares)?;
        return Some(numbers.into_iter().map(|number| Word::from(number.0)).collect());
    };
    let bits = width as usize * shape.length;
    // The planes of each power of X are whole bytes; as words they are whole words.
    let powers = |share: &Vec<u8>| -> Vec<u8> {
        let strings = share.chunks(bits.div_ceil(8).max(1)).map(|bytes| BitString::of_message(bytes, bits));
        strings.flat_map(|string| bytemuck::cast_slice::<u64, u8>(string.words()).to_vec()).collect()
    };
    let shares: Vec<Vec<u8>> = shares.iter().map(powers).collect();
    let words = opened::<Lanes>(code, bits.div_ceil(64), &shares)?;
    let mut string = BitString::with_length(bits);
    string.words_mut().copy_from_slice(bytemuck::cast_slice(&words));
    Some(Planes::unpack(width as usize, shape.length, &string).to_elements())
}
