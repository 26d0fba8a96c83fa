//! stub
pub(crate) fn zones(_: &crate::world::Region, _: &str) -> Vec<String> {
    Vec::new()
}
pub(crate) fn is_network(_: &crate::world::Region, _: &str) -> bool {
    false
}
