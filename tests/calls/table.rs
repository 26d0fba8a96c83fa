//! A table of calls by operation and phase.

use std::collections::BTreeMap;
use std::fmt;

use crate::life::Called;

/// Calls by operation, a column for each phase.
pub struct Table {
    title: String,
    phases: Vec<&'static str>,
    /// Whether it changes something, its name, and how often in each phase.
    rows: BTreeMap<(bool, String), Vec<usize>>,
}

impl Table {
    pub fn new(title: &str, phases: Vec<(&'static str, Vec<Called>)>) -> Self {
        let mut rows: BTreeMap<(bool, String), Vec<usize>> = BTreeMap::new();
        for (index, (_, calls)) in phases.iter().enumerate() {
            for (operation, changes) in calls {
                rows.entry((!changes, operation.clone())).or_insert_with(|| vec![0; phases.len()])[index] += 1;
            }
        }
        Self { title: title.to_owned(), phases: phases.into_iter().map(|(phase, _)| phase).collect(), rows }
    }

    /// Changing calls in a phase.
    pub fn changing(&self, phase: &str) -> usize {
        self.sum(phase, true)
    }

    /// Reads in a phase.
    pub fn reads(&self, phase: &str) -> usize {
        self.sum(phase, false)
    }

    /// Whether no operation was called more than once in a phase.
    pub fn is_each_once(&self, phase: &str) -> bool {
        let index = self.index(phase);
        self.rows.values().all(|counts| counts[index] <= 1)
    }

    fn index(&self, phase: &str) -> usize {
        self.phases.iter().position(|it| *it == phase).expect("the phase is in the table")
    }

    fn sum(&self, phase: &str, changes: bool) -> usize {
        let index = self.index(phase);
        self.rows.iter().filter(|((reads, _), _)| *reads != changes).map(|(_, counts)| counts[index]).sum()
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let cells = |cells: Vec<String>| cells.join(" | ");
        writeln!(f, "\n## {}\n", self.title)?;
        writeln!(f, "| call | {} |", self.phases.join(" | "))?;
        writeln!(f, "| --- | {} |", cells(vec!["---:".to_owned(); self.phases.len()]))?;
        for ((_, operation), counts) in &self.rows {
            let counts = counts.iter().map(|count| if *count == 0 { String::new() } else { count.to_string() });
            writeln!(f, "| {operation} | {} |", cells(counts.collect()))?;
        }
        for (name, changes) in [("**changing**", true), ("**reads**", false)] {
            let sums = self.phases.iter().map(|phase| format!("**{}**", self.sum(phase, changes)));
            writeln!(f, "| {name} | {} |", cells(sums.collect()))?;
        }
        Ok(())
    }
}

/// A row for each table: its phases' changing calls and reads.
pub fn summary(tables: &[Table]) -> String {
    let phases = tables.first().map(|table| table.phases.clone()).unwrap_or_default();
    let head =
        format!("| changing calls / reads | {} |\n| --- |{}\n", phases.join(" | "), " ---: |".repeat(phases.len()));
    let row = |table: &Table| {
        let cells = phases.iter().map(|phase| format!("{} / {}", table.changing(phase), table.reads(phase)));
        format!("| {} | {} |\n", table.title, cells.collect::<Vec<_>>().join(" | "))
    };
    head + &tables.iter().map(row).collect::<Vec<_>>().concat()
}

/// One thing that changes, the calls it takes, and the most changing calls that it may take.
pub struct Row {
    pub name: &'static str,
    pub calls: Vec<Called>,
    pub most: usize,
}

/// A table of what each change costs; every row does something, and no more than it may.
pub fn rows(title: &str, rows: &[Row]) -> String {
    let head = format!("\n## {title}\n\n| change | changing calls | reads | which |\n| --- | ---: | ---: | --- |\n");
    head + &rows.iter().map(ToString::to_string).collect::<String>()
}

impl fmt::Display for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { name, calls, most } = self;
        let changing: Vec<&str> = calls.iter().filter(|(_, changes)| *changes).map(|(call, _)| call.as_str()).collect();
        assert!((1..=*most).contains(&changing.len()), "{name}: not 1 to {most} changing calls: {calls:?}");
        let which: Vec<&str> = changing.iter().map(|call| call.split(':').next_back().unwrap_or(call)).collect();
        let reads = calls.len() - changing.len();
        writeln!(f, "| {name} | {} | {reads} | {} |", changing.len(), which.join(", "))
    }
}
