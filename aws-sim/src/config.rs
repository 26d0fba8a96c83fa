//! What a simulator is started with.

use std::time::{Duration, SystemTime};

use crate::gates::consistency::Consistency;
use crate::services::elbv2::target_health::Prober;

/// Account of every access key that is not itself an account number.
pub const DEFAULT_ACCOUNT: &str = "111122223333";

/// Region of requests that name none.
pub const DEFAULT_REGION: &str = "us-east-1";

/// Settings of a simulator. The default suits tests in the same process: time stands still until it is advanced.
#[derive(Clone, Debug)]
pub struct Config {
    /// Virtual time at the start.
    pub start: SystemTime,
    /// Virtual seconds in a real second; 0 lets time stand still.
    pub speed: f64,
    /// Seed of identifiers, addresses and faults.
    pub seed: u64,
    /// How long state changes take.
    pub durations: Durations,
    /// Which request rates are limited as AWS publishes them: `service:bucket` with `*` and `?`, see [`crate::gates::quota`].
    pub quotas: Vec<String>,
    /// How stale reads may be after a write.
    pub consistency: Consistency,
    /// Directs addresses of load balancers and endpoints to loopback sockets.
    pub data_plane: bool,
    /// How the health of targets is found out.
    pub prober: Prober,
    /// Whether an update of a REST API may begin after the answer to the change has said `AVAILABLE`, now and then.
    pub untold_rest_api_updates: bool,
    /// Virtual time after which a stage serves the deployment that it was pointed at.
    pub deployment_propagation: Duration,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            start: SystemTime::now(),
            speed: 0.0,
            seed: 0,
            durations: Durations::default(),
            quotas: Vec::new(),
            consistency: Consistency::default(),
            data_plane: false,
            prober: crate::dataplane::health::probe,
            untold_rest_api_updates: true,
            deployment_propagation: Duration::ZERO,
        }
    }
}

/// How long AWS takes for what is not immediate, in virtual time. Magnitudes as people see them; AWS publishes none of them except where noted.
#[derive(Clone, Debug)]
pub struct Durations {
    /// Interface endpoint: `pending` until `available`, after creation and after each modification.
    pub endpoint_creation: Duration,
    /// Interface endpoint: `deleting` until gone, together with its network interfaces.
    pub endpoint_deletion: Duration,
    /// Load balancer: `provisioning` until `active`.
    pub load_balancer_creation: Duration,
    /// Network interfaces of a deleted load balancer until they are gone.
    pub load_balancer_deletion: Duration,
    /// Target: `initial` until its first health check was answered.
    pub target_registration: Duration,
    /// Private REST API: `UPDATING` until `AVAILABLE` after its endpoints or its policy were written, at least and at most. Inferred (lock-duration): users
    /// speak of seconds.
    pub rest_api_lock: [Duration; 2],
    /// The same: from the answer to the change until the lock, at most.
    pub rest_api_lock_delay: Duration,
    /// REST API: `UPDATING` until `AVAILABLE` after its security policy or endpoint access mode changed (API Gateway Developer Guide: about 15
    /// minutes).
    pub rest_api_update: Duration,
    /// Requested certificate: `PENDING_VALIDATION` until issued, once the records that prove its names are there.
    pub certificate_validation: Duration,
    /// Trust store: `CREATING` until `ACTIVE`.
    pub trust_store_creation: Duration,
}

impl Default for Durations {
    fn default() -> Self {
        Self {
            endpoint_creation: Duration::from_mins(1),
            endpoint_deletion: Duration::from_mins(1),
            load_balancer_creation: Duration::from_mins(2),
            load_balancer_deletion: Duration::from_mins(1),
            target_registration: Duration::from_secs(15),
            rest_api_lock: [5, 60].map(Duration::from_secs),
            rest_api_lock_delay: Duration::from_secs(3),
            rest_api_update: Duration::from_mins(15),
            certificate_validation: Duration::from_mins(1),
            trust_store_creation: Duration::from_secs(10),
        }
    }
}

impl Durations {
    /// All durations multiplied by `factor`, but none below a millisecond: the first answer after a write still shows the state before.
    #[must_use]
    pub fn scaled(&self, factor: f64) -> Self {
        let scale = |duration: Duration| duration.mul_f64(factor.max(0.0)).max(Duration::from_millis(1));
        Self {
            endpoint_creation: scale(self.endpoint_creation),
            endpoint_deletion: scale(self.endpoint_deletion),
            load_balancer_creation: scale(self.load_balancer_creation),
            load_balancer_deletion: scale(self.load_balancer_deletion),
            target_registration: scale(self.target_registration),
            rest_api_lock: self.rest_api_lock.map(scale),
            rest_api_lock_delay: scale(self.rest_api_lock_delay),
            rest_api_update: scale(self.rest_api_update),
            certificate_validation: scale(self.certificate_validation),
            trust_store_creation: scale(self.trust_store_creation),
        }
    }
}
