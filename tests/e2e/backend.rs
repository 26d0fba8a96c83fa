//! An HTTP backend on loopback.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::TcpListener;
use std::thread;

/// Starts a backend that answers each request with its method and path; gives its URL. It ends with the process.
pub(crate) fn start() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    thread::spawn(move || {
        for connection in listener.incoming().map_while(Result::ok) {
            let mut lines = BufReader::new(&connection).lines().map_while(Result::ok);
            let request = lines.next().unwrap_or_default();
            // A GET ends with its header.
            lines.take_while(|line| !line.is_empty()).for_each(drop);
            let body = request.trim_end_matches(" HTTP/1.1");
            let answer =
                format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}", body.len());
            // A client that has gone needs no answer.
            drop((&connection).write_all(answer.as_bytes()));
        }
    });
    format!("http://{address}")
}
