//! Identifiers in AWS's formats, random but repeatable from a seed.

use std::collections::{HashMap, VecDeque};

/// Source of identifiers and of every other random choice of the simulator.
#[derive(Clone, Debug)]
pub struct Ids {
    random: fastrand::Rng,
    /// Identifiers that were ordered, by account and kind: the next ones of that kind.
    ordered: HashMap<(String, String), VecDeque<String>>,
    /// Whose call is under way.
    account: String,
}

impl Ids {
    /// The same seed gives the same identifiers in the same order.
    #[must_use]
    pub fn seeded(seed: u64) -> Self {
        Self { random: fastrand::Rng::with_seed(seed), ordered: HashMap::new(), account: String::new() }
    }

    /// Orders the next identifiers of a kind for what an account makes: `vpce` and the other prefixes of EC2, `hex16`, `alphanumeric10`.
    pub fn order(&mut self, account: &str, kind: &str, identifiers: Vec<String>) {
        self.ordered.entry((account.to_owned(), kind.to_owned())).or_default().extend(identifiers);
    }

    /// What follows is for a call of this account.
    pub(crate) fn serve(&mut self, account: &str) {
        account.clone_into(&mut self.account);
    }

    fn ordered(&mut self, kind: &str) -> Option<String> {
        if self.ordered.is_empty() {
            return None;
        }
        let key = (self.account.clone(), kind.to_owned());
        let waiting = self.ordered.get_mut(&key)?;
        let next = waiting.pop_front();
        if waiting.is_empty() {
            self.ordered.remove(&key);
        }
        next
    }

    /// An EC2 identifier: `vpce-0123456789abcdef0`, 17 hexadecimal digits of which the first is 0.
    pub fn ec2(&mut self, prefix: &str) -> String {
        self.ordered(prefix).unwrap_or_else(|| format!("{prefix}-0{:016x}", self.random.u64(..)))
    }

    /// 16 hexadecimal digits, as at the end of ELBv2's ARNs.
    pub fn hex16(&mut self) -> String {
        self.ordered("hex16").unwrap_or_else(|| format!("{:016x}", self.random.u64(..)))
    }

    /// Lower-case letters and digits, as in API Gateway's identifiers.
    pub fn alphanumeric(&mut self, length: usize) -> String {
        self.ordered(&format!("alphanumeric{length}"))
            .unwrap_or_else(|| (0..length).map(|_| self.random.digit(36)).collect())
    }

    /// Capital letters and digits, as in access keys and Route 53's identifiers.
    pub fn upper(&mut self, length: usize) -> String {
        self.alphanumeric(length).to_uppercase()
    }

    /// A random UUID, version 4.
    pub fn uuid(&mut self) -> String {
        let bits = (self.random.u128(..) & !(0xf << 76) & !(0x3 << 62)) | (0x4 << 76) | (0x2 << 62);
        let hex = format!("{bits:032x}");
        format!("{}-{}-{}-{}-{}", &hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..])
    }

    /// A number below `bound`.
    pub fn below(&mut self, bound: u64) -> u64 {
        self.random.u64(..bound.max(1))
    }

    /// True with the given probability.
    pub fn chance(&mut self, probability: f64) -> bool {
        self.random.f64() < probability
    }
}

/// A number that follows from a text (FNV-1a): what AWS derives is the same in every simulator.
#[must_use]
pub fn derived(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ordered_identifiers_come_next_for_their_account_and_once() {
        let mut ids = Ids::seeded(1);
        ids.order("1", "vpce", vec!["vpce-a".to_owned(), "vpce-b".to_owned()]);
        ids.serve("2");
        assert_ne!(ids.ec2("vpce"), "vpce-a");
        ids.serve("1");
        assert_ne!(ids.ec2("eni"), "vpce-a");
        assert_eq!([ids.ec2("vpce"), ids.ec2("vpce")], ["vpce-a", "vpce-b"]);
        assert_eq!(ids.ec2("vpce").len(), "vpce-".len() + 17);
    }

    #[test]
    fn formats_are_those_of_aws() {
        let mut ids = Ids::seeded(1);
        assert_eq!(ids.ec2("vpce").len(), "vpce-".len() + 17);
        let uuid = ids.uuid();
        assert_eq!((uuid.len(), &uuid[14..15]), (36, "4"));
        assert!("89ab".contains(&uuid[19..20]));
    }
}
