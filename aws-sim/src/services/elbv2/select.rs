//! Pages of `Describe…` calls (API Reference: `PageSize` 1 to 400, `Marker`).

use crate::error::{Answer, AwsError};

/// The complaint about a parameter's value.
pub(crate) fn invalid(message: impl Into<String>) -> AwsError {
    AwsError::new("ValidationError", message)
}

/// A page of what was found: items keyed by what a marker may hold, and the next marker.
pub(crate) fn page<T>(
    found: Vec<(String, T)>,
    marker: Option<&str>,
    size: Option<usize>,
) -> Answer<(Vec<T>, Option<String>)> {
    let size = size.unwrap_or(400);
    if !(1..=400).contains(&size) {
        let message = "1 validation error detected: Value at 'pageSize' failed to satisfy constraint: Member must be between 1 and 400";
        return Err(invalid(message));
    }
    let start = match marker {
        None => 0,
        Some(marker) => found
            .iter()
            .position(|(key, _)| *key == marker)
            .map(|at| at + 1)
            .ok_or_else(|| invalid("Invalid marker"))?,
    };
    let more = found.len() > start + size;
    let mut page: Vec<(String, T)> = found.into_iter().skip(start).take(size).collect();
    let next = page.last_mut().filter(|_| more).map(|(key, _)| std::mem::take(key));
    Ok((page.into_iter().map(|(_, item)| item).collect(), next))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_follow_each_other() {
        let all = || ["a", "b", "c"].map(|key| (key.to_owned(), key)).to_vec();
        let (first, marker) = page(all(), None, Some(2)).unwrap();
        assert_eq!((first, marker.as_deref()), (vec!["a", "b"], Some("b")));
        let (second, end) = page(all(), Some("b"), Some(2)).unwrap();
        assert_eq!((second, end), (vec!["c"], None));
        assert!(page(all(), Some("z"), None).is_err() && page(all(), None, Some(0)).is_err());
    }
}
