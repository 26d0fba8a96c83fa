//! What a handler works with.

use crate::clock::Timestamp;
use crate::config::Config;
use crate::dataplane::tls::Keys;
use crate::ids::Ids;
use crate::world::{Region, Session, World};

/// Who calls.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Caller {
    /// Access key ID.
    pub access_key: String,
    /// Account of the caller.
    pub account: String,
    /// ARN of the user or role session.
    pub arn: String,
    /// Unique ID as STS answers it.
    pub user_id: String,
}

/// A call under way: the state it may change, who makes it and when.
#[derive(Debug)]
pub struct Context<'a> {
    /// State of the caller's account in the region called. Not in `world` while the call runs.
    pub here: &'a mut Region,
    /// All other accounts and regions.
    pub world: &'a mut World,
    /// Source of identifiers.
    pub ids: &'a mut Ids,
    /// Virtual time of the call.
    pub now: Timestamp,
    /// Who calls.
    pub caller: &'a Caller,
    /// Settings of the simulator.
    pub config: &'a Config,
    /// Keys of issued certificates.
    pub(crate) keys: &'a Keys,
}

impl Context<'_> {
    /// State of another region of any account; `None` if nobody called there yet.
    pub fn elsewhere(&mut self, account: &str, region: &str) -> Option<&mut Region> {
        if self.here.account == account && self.here.name == region {
            return Some(self.here);
        }
        self.world.regions.get_mut(&(account.to_owned(), region.to_owned())).map(|region| &mut **region)
    }

    /// Registers temporary credentials.
    pub fn open_session(&mut self, access_key: String, session: Session) {
        self.world.sessions.insert(access_key, session);
    }
}
