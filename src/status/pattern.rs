//! Path patterns of listener rules.

/// Whether a pattern takes a path: `*` stands for any number of characters, `?` for one; letter case counts.
///
/// Source: Elastic Load Balancing User Guide for Application Load Balancers, "Condition types for listener rules", path conditions.
pub(super) fn matches(pattern: &str, path: &str) -> bool {
    let (pattern, path): (Vec<char>, Vec<char>) = (pattern.chars().collect(), path.chars().collect());
    let (mut next, mut at) = (0, 0);
    // Where the last `*` ends, and how far it has taken the path: it takes one character more where what follows does not fit.
    let mut star = None;
    while let Some(c) = path.get(at) {
        match (pattern.get(next), star) {
            (Some('*'), _) => {
                next += 1;
                star = Some((next, at));
            }
            (Some(wanted), _) if *wanted == '?' || wanted == c => (next, at) = (next + 1, at + 1),
            (_, Some((after, taken))) => {
                (next, at) = (after, taken + 1);
                star = Some((next, at));
            }
            (_, None) => return false,
        }
    }
    pattern.iter().skip(next).all(|c| *c == '*')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wildcards_stand_for_what_they_should() {
        for (pattern, path) in [
            ("/*", "/"),
            ("/prod/*", "/prod/"),
            ("*/orders", "/prod/orders"),
            ("/*/orders/*", "/a/orders/b/orders/7"),
            ("/v?/x", "/v1/x"),
            ("/x", "/x"),
            ("*a?c*", "/abaac"),
        ] {
            assert!(matches(pattern, path), "{pattern} {path}");
        }
        for (pattern, path) in [
            ("/prod/*", "/prod"),
            ("/orders", "/orders/"),
            ("/v?/x", "/v/x"),
            ("*/orders", "/orders/7"),
            ("/X", "/x"),
            ("/x?", "/x"),
            ("*a*a*a*a*a*b", &format!("/{}", "a".repeat(500))),
        ] {
            assert!(!matches(pattern, path), "{pattern} {path}");
        }
    }
}
