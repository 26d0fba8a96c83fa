//! `spec.api.manage`.

use kube::KubeSchema;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Which aspects of an existing API this object keeps. The API itself carries no tag of the controller, so each aspect is changed only when it is
/// named here; nothing else of the API is ever changed, and the API is never deleted.
#[derive(KubeSchema, Serialize, Deserialize, Debug, Clone, Copy, PartialEq, Eq, Default)]
#[serde(rename_all = "camelCase")]
pub struct Manage {
    /// The endpoint is associated with the API, and no longer when this object is deleted. Associations of others stay; so does this one when the aspect is
    /// `Unmanaged` again, since nothing tells it from theirs. Default: `Unmanaged`.
    #[serde(default)]
    pub endpoint_association: Management,

    /// The API's resource policy holds one statement of this object's that admits the endpoint, marked by its `Sid`, until this object is deleted
    /// or the aspect `Unmanaged` again.
    /// Statements of others stay. It takes effect with the next deployment: set `stage` too, or deploy where the API is defined.
    /// Default: `Unmanaged`.
    #[serde(default)]
    pub resource_policy: Management,

    /// The stage is kept with the settings of `spec.api.stage`, and serves a deployment of this object's: the API is deployed as it then stands when
    /// the stage is missing, when its resource policy has changed, and when someone else deployed it. The stage outlives this object.
    /// Default: `Unmanaged`.
    #[serde(default)]
    pub stage: Management,
}

/// Who keeps an aspect of an existing API.
#[derive(Serialize, Deserialize, JsonSchema, Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Management {
    /// This object.
    Managed,
    /// Whoever defines the API.
    #[default]
    Unmanaged,
}
