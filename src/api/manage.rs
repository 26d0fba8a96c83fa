//! `spec.api.manage`.

use kube::KubeSchema;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Which aspects of an existing API this object keeps. The API itself carries no tag of the controller, so each aspect is changed only when it is
/// named here; nothing else of the API is ever changed, and the API is never deleted.
#[derive(KubeSchema, Serialize, Deserialize, Debug, Clone, Copy, PartialEq, Eq, Default)]
#[serde(rename_all = "camelCase")]
pub struct Manage {
    /// `Managed`: the endpoint is associated with the API until this object is deleted. Other associations stay. When the value goes back to `Unmanaged`,
    /// this association stays too, since it cannot be distinguished from the others. Default: `Unmanaged`.
    #[serde(default)]
    pub endpoint_association: Management,

    /// `Managed`: the API's resource policy holds one statement, with a `Sid` of this object, that admits the endpoint, until this object is deleted or
    /// the value is `Unmanaged` again. Other statements stay. It takes effect with the next deployment: set `stage` too, or deploy where the API is
    /// defined.
    /// Default: `Unmanaged`.
    #[serde(default)]
    pub resource_policy: Management,

    /// `Managed`: the stage has the settings of `spec.api.stage` and serves a deployment that this object makes: the API is deployed as it is at that
    /// time when the stage is missing, when its resource policy has changed, and after a deployment from outside. The stage stays when this object is
    /// deleted.
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
