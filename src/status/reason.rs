//! Reasons of conditions.

use std::fmt;

/// Why a condition is as it is. Part of the API: names are never changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reason {
    /// Everything is as the spec says.
    Ready,
    /// AWS answers.
    Reachable,
    /// Steps are planned or under way.
    Progressing,
    /// AWS has not reached a state yet; nothing to do but wait.
    WaitingForAws,
    /// The object is being deleted.
    Deleting,
    /// What is left of this part comes after a step that AWS refuses.
    Blocked,
    /// AWS differs from the spec, and `managementPolicy: Observe` forbids to change it.
    Drifted,
    /// `suspend: true`: nothing is looked at and nothing done.
    Suspended,
    /// A field of the spec accepts what the condition tells.
    Accepted,
    /// The spec names what does not exist or cannot work; it is not tried again before the spec changes.
    InvalidSpec,
    /// A resource is in a state that only a person can mend.
    ResourceFault,
    /// IAM does not let the controller do it.
    AccessDenied,
    /// AWS's API cannot be reached.
    ControlPlaneUnreachable,
    /// AWS asks to slow down.
    Throttled,
    /// AWS refused a request that the controller should not have sent so.
    RequestRefused,
    /// AWS failed; it is tried again.
    AwsError,
}

impl Reason {
    /// The reason as it stands in the condition.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Ready => "Ready",
            Self::Reachable => "Reachable",
            Self::Progressing => "Progressing",
            Self::WaitingForAws => "WaitingForAws",
            Self::Deleting => "Deleting",
            Self::Blocked => "Blocked",
            Self::Drifted => "Drifted",
            Self::Suspended => "Suspended",
            Self::Accepted => "Accepted",
            Self::InvalidSpec => "InvalidSpec",
            Self::ResourceFault => "ResourceFault",
            Self::AccessDenied => "AccessDenied",
            Self::ControlPlaneUnreachable => "ControlPlaneUnreachable",
            Self::Throttled => "Throttled",
            Self::RequestRefused => "RequestRefused",
            Self::AwsError => "AwsError",
        }
    }

    /// Whether only a person can go on from here.
    #[must_use]
    pub const fn stalls(self) -> bool {
        matches!(self, Self::InvalidSpec | Self::ResourceFault | Self::AccessDenied | Self::RequestRefused)
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    /// The reasons as `as_str` spells them.
    fn reasons() -> Vec<&'static str> {
        let lines = include_str!("reason.rs").lines();
        lines
            .filter_map(|line| line.trim().strip_prefix("Self::")?.split_once(" => \"")?.1.strip_suffix("\","))
            .collect()
    }

    #[test]
    fn the_page_of_the_status_names_each_reason_and_no_other() {
        let page = include_str!("../../docs/status.md");
        let (_, table) = page.split_once("| reason |").expect("a table of reasons");
        let rows = table.lines().skip(2).map_while(|line| line.strip_prefix("| `"));
        let told: Vec<&str> = rows.filter_map(|row| Some(row.split_once("` |")?.0)).collect();
        let told: Vec<&str> = told.iter().flat_map(|cell| cell.split("`, `")).collect();
        assert_eq!(told, reasons());
        assert!(told.len() > 10);
    }
}
