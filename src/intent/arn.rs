//! ARNs that specs name.

use super::Caller;

/// What is wrong with an ARN of another region or account than the controller acts in.
pub(crate) fn elsewhere(arn: &str, caller: &Caller) -> Option<String> {
    let mut parts = arn.split(':').skip(3);
    let (region, account) = (parts.next()?, parts.next()?);
    if region == caller.region && account == caller.account {
        return None;
    }
    Some(format!(
        "{arn} belongs to account {account}, region {region}, and this object to account {}, region {}: name one there, or set spec.region",
        caller.account, caller.region
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn region_and_account_count() {
        let caller = Caller { account: "1".to_owned(), partition: "aws".to_owned(), region: "eu-west-1".to_owned() };
        let of =
            |region, account| elsewhere(&format!("arn:aws:acm:{region}:{account}:certificate/a"), &caller).is_some();
        assert_eq!([of("eu-west-1", 1), of("us-east-1", 1), of("eu-west-1", 2)], [false, true, true]);
    }
}
