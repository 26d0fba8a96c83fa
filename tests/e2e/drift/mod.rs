//! Whatever others change or delete is put right by the next pass, and named in an Event.
//!
//! One front door serves many rows one after the other. A row tells what others do, what is looked at before and after, and what the Event names.

mod api;
mod deleted;
mod https;
mod load_balancing;
mod network;
mod put_right;

use crate::door::Door;

/// A kind of drift.
struct Row {
    /// What it is, for a person.
    name: &'static str,
    /// What others do.
    drift: fn(&Door),
    /// What shows it: it differs after the drift, and is as before once that was put right.
    look: fn(&Door) -> String,
    /// The operation that the Event names.
    operation: &'static str,
}

/// Each row in turn; what does not hold is shown all at once.
fn put_right(door: &mut Door, rows: &[Row]) {
    let wrong: Vec<String> = rows
        .iter()
        .filter_map(|row| door.put_right(row).err().map(|problem| format!("{}: {problem}", row.name)))
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
