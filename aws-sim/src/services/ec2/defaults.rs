//! x
pub(crate) fn fill(_: &mut crate::world::Region) {}
