//! `apiStatus`: AWS locks an API while it updates it. Every change of an API passes here; each rule is a function or a constant of its own.
//!
//! AWS does not document the lock. What is known comes from those who ran into it; guesses say so.

use std::time::Duration;

use super::common::bad_request;
use super::definition::Definition;
use super::rest_api::{RestApi, find};
use crate::clock::Timestamp;
use crate::config::Config;
use crate::context::Context;
use crate::error::{Answer, AwsError};
use crate::ids::derived;

/// Where an API is between its updates.
#[derive(Clone, Debug, Default)]
pub struct ApiStatus {
    /// From when on the last update locks it.
    begins: Timestamp,
    /// Until when.
    ends: Timestamp,
    /// Whether the last update takes it out of service until then.
    out_of_service: bool,
    /// Updates so far.
    updates: u32,
}

impl ApiStatus {
    /// Whether an update locks the API.
    #[must_use]
    pub fn is_updating(&self, now: Timestamp) -> bool {
        self.begins <= now && now < self.ends
    }

    /// Whether requests are refused because of an update.
    #[must_use]
    pub fn is_out_of_service(&self, now: Timestamp) -> bool {
        self.out_of_service && now < self.ends
    }

    /// The status as the API's description has it (service model, `ApiStatus`).
    pub(super) fn name(&self, now: Timestamp) -> &'static str {
        if self.is_updating(now) { "UPDATING" } else { "AVAILABLE" }
    }

    /// Begins an update, and says which status the answer to the change tells.
    fn begin(&mut self, api_id: &str, update: Update, config: &Config, now: Timestamp) -> &'static str {
        self.updates += 1;
        let number = derived(&format!("{api_id}/{}/{}", config.seed, self.updates));
        let told = told(number, config);
        let begins = if told == Told::Later { now + begins_after(number, config) } else { now };
        // An update that was to begin yet goes on beside this one.
        let before = std::mem::take(&mut self.ends);
        self.begins = if before > now { self.begins.min(begins) } else { begins };
        self.ends = before.max(begins + update.takes(number, config));
        self.out_of_service = update == Update::LeavesStrict || (self.out_of_service && before > now);
        if told == Told::InTheAnswer { self.name(now) } else { "AVAILABLE" }
    }
}

/// What an update is about; the later ones take longer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Update {
    /// Endpoints or the resource policy of a private API.
    Access,
    /// Security policy or endpoint access mode.
    SecurityPolicy,
    /// Endpoint access mode `STRICT` given up.
    LeavesStrict,
}

impl Update {
    fn takes(self, number: u64, config: &Config) -> Duration {
        let durations = &config.durations;
        match self {
            Self::Access => {
                let [shortest, longest] = durations.rest_api_lock;
                between(shortest, longest, number >> 24)
            }
            Self::SecurityPolicy | Self::LeavesStrict => durations.rest_api_update,
        }
    }
}

/// When a client learns of an update.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Told {
    InTheAnswer,
    /// The answer still says `AVAILABLE`, the next read says `UPDATING`.
    AfterTheAnswer,
    /// The update begins some seconds later; until then, changes are accepted.
    Later,
}

/// Source: hashicorp/terraform-provider-aws#45905: `UpdateRestApi` was refused although the answer to `PutRestApi` did not say that an update
/// had begun.
/// Inferred (lock-after-the-answer): how often, and that the lock may come some seconds later.
fn told(number: u64, config: &Config) -> Told {
    if !config.untold_rest_api_updates {
        return Told::InTheAnswer;
    }
    match (number >> 8) % 4 {
        0 => Told::AfterTheAnswer,
        1 => Told::Later,
        _ => Told::InTheAnswer,
    }
}

fn begins_after(number: u64, config: &Config) -> Duration {
    between(Duration::ZERO, config.durations.rest_api_lock_delay, number >> 16)
}

fn between(shortest: Duration, longest: Duration, number: u64) -> Duration {
    let span = u64::try_from(longest.saturating_sub(shortest).as_millis()).unwrap_or_default();
    shortest + Duration::from_millis(number % (span + 1))
}

/// What a created API is locked for.
///
/// Source: hashicorp/terraform-provider-aws, pull request 49205: it waits for `AVAILABLE` after a create.
/// Inferred (lock-of-a-creation): only private APIs with endpoints need the time.
fn creation(created: &Definition) -> Option<Update> {
    let associates = created.endpoint.is_private() && !created.endpoint.vpc_endpoint_ids.is_empty();
    associates.then_some(Update::Access)
}

/// What a change of an API's definition locks it for; `touched` tells whether the request named endpoints or policy.
///
/// Source: Developer Guide, "How to change a security policy": about 15 minutes for a security policy or an endpoint access mode.
/// Source: the same page: an API is unavailable for about 15 minutes when its endpoint access mode changes from `STRICT` to `BASIC`.
/// Inferred (strict-given-up): the same goes for a change from `STRICT` to a security policy without an access mode.
/// Source: hashicorp/terraform-provider-aws#45905: a private API is locked for some seconds after `PutRestApi`.
/// Inferred (lock-causes): endpoints and policy are the reason, and it makes no difference whether they are the same as before.
fn change(before: &Definition, after: &Definition, touched: bool) -> Option<Update> {
    let is_strict = |it: &Definition| it.endpoint_access_mode.as_deref() == Some("STRICT");
    let same =
        before.security_policy == after.security_policy && before.endpoint_access_mode == after.endpoint_access_mode;
    if is_strict(before) && !is_strict(after) {
        Some(Update::LeavesStrict)
    } else if !same {
        Some(Update::SecurityPolicy)
    } else {
        (touched && after.endpoint.is_private()).then_some(Update::Access)
    }
}

impl RestApi {
    /// Begins the update that a created API needs; answers the status that is told.
    pub(super) fn begin_creation(&mut self, config: &Config, now: Timestamp) -> &'static str {
        let update = creation(&self.definition);
        self.begin(update, config, now)
    }

    /// Begins the update that a changed definition needs; answers the status that is told.
    pub(super) fn begin_change(
        &mut self,
        before: &Definition,
        touched: bool,
        config: &Config,
        now: Timestamp,
    ) -> &'static str {
        let update = change(before, &self.definition, touched);
        self.begin(update, config, now)
    }

    fn begin(&mut self, update: Option<Update>, config: &Config, now: Timestamp) -> &'static str {
        match update {
            Some(update) => self.status.begin(&self.id, update, config, now),
            None => self.status.name(now),
        }
    }
}

/// The API, to change what it is made of.
///
/// Source: hashicorp/terraform-provider-aws#45905: the text, in answer to `UpdateRestApi`.
/// Inferred (lock-answer-of-put): `PutRestApi` answers the same.
pub(super) fn to_change<'a>(ctx: &'a mut Context<'_>, id: &str) -> Answer<&'a mut RestApi> {
    unlocked(ctx, id, || {
        bad_request(
            "There is already an update in progress. Please wait until the current update finishes before making another request.",
        )
    })
}

/// The API, to change what serves it: its deployments and stages, or all of it by deleting it.
///
/// Source: alchemy-run/alchemy, `ApiGateway/common.ts`: the text, in answer to `CreateDeployment`, `UpdateStage`, `DeleteStage` and
/// `DeleteRestApi`.
pub(super) fn to_serve<'a>(ctx: &'a mut Context<'_>, id: &str) -> Answer<&'a mut RestApi> {
    unlocked(ctx, id, || bad_request("You cannot deploy a RestApi while the apiStatus is UPDATING or FAILED."))
}

fn unlocked<'a>(ctx: &'a mut Context<'_>, id: &str, refusal: fn() -> AwsError) -> Answer<&'a mut RestApi> {
    let now = ctx.now;
    let api = find(ctx, id)?;
    if api.status.is_updating(now) { Err(refusal()) } else { Ok(api) }
}
