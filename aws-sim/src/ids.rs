//! Identifiers in AWS's formats, random but repeatable from a seed.

/// Source of identifiers and of every other random choice of the simulator.
#[derive(Clone, Debug)]
pub struct Ids(fastrand::Rng);

impl Ids {
    /// The same seed gives the same identifiers in the same order.
    #[must_use]
    pub fn seeded(seed: u64) -> Self {
        Self(fastrand::Rng::with_seed(seed))
    }

    /// An EC2 identifier: `vpce-0123456789abcdef0`, 17 hexadecimal digits of which the first is 0.
    pub fn ec2(&mut self, prefix: &str) -> String {
        format!("{prefix}-0{:016x}", self.0.u64(..))
    }

    /// 16 hexadecimal digits, as at the end of ELBv2's ARNs.
    pub fn hex16(&mut self) -> String {
        format!("{:016x}", self.0.u64(..))
    }

    /// Lower-case letters and digits, as in API Gateway's identifiers.
    pub fn alphanumeric(&mut self, length: usize) -> String {
        (0..length).map(|_| self.0.digit(36)).collect()
    }

    /// Capital letters and digits, as in access keys and Route 53's identifiers.
    pub fn upper(&mut self, length: usize) -> String {
        self.alphanumeric(length).to_uppercase()
    }

    /// A random UUID, version 4.
    pub fn uuid(&mut self) -> String {
        let bits = (self.0.u128(..) & !(0xf << 76) & !(0x3 << 62)) | (0x4 << 76) | (0x2 << 62);
        let hex = format!("{bits:032x}");
        format!("{}-{}-{}-{}-{}", &hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..])
    }

    /// A number below `bound`.
    pub fn below(&mut self, bound: u64) -> u64 {
        self.0.u64(..bound.max(1))
    }

    /// True with the given probability.
    pub fn chance(&mut self, probability: f64) -> bool {
        self.0.f64() < probability
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
    fn formats_are_those_of_aws() {
        let mut ids = Ids::seeded(1);
        assert_eq!(ids.ec2("vpce").len(), "vpce-".len() + 17);
        let uuid = ids.uuid();
        assert_eq!((uuid.len(), &uuid[14..15]), (36, "4"));
        assert!("89ab".contains(&uuid[19..20]));
    }
}
