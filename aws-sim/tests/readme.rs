//! The README lists the operations that there are.

use aws_sim::services::SERVICES;

#[test]
fn the_readme_lists_every_operation() {
    let readme = include_str!("../README.md");
    for service in SERVICES {
        let names: Vec<&str> = service.operations.iter().map(|operation| operation.name).collect();
        let row = format!("| `{}` | {} | {} |", service.name, names.len(), names.join(", "));
        assert!(readme.contains(&row), "README.md lacks this row of its table of operations:\n{row}");
    }
}
