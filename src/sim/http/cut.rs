//! Connections that can be made to fail: closed without a byte, or after half of a body.
//!
//! A response that is never written cannot be told to an HTTP library, so the failure sits below it,
//! in the socket.

use std::{
    io,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicU8, Ordering},
    },
    task::{Context, Poll, ready},
};

use axum::{
    extract::connect_info::Connected,
    serve::{IncomingStream, Listener},
};
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::{TcpListener, TcpStream},
};

use crate::sim::exchange::Fault;

const WHOLE: u8 = 0;
const DROP: u8 = 1;
const HALF: u8 = 2;

/// What decides how a connection goes on, shared with whoever answers on it.
#[derive(Debug, Clone, Default)]
pub(super) struct Switch(Arc<AtomicU8>);

impl Switch {
    /// From the next byte written, fail so.
    pub(super) fn set(&self, fault: Fault) {
        let state = match fault {
            Fault::Drop => DROP,
            Fault::HalfBody => HALF,
        };
        self.0.store(state, Ordering::Release);
    }
}

impl Connected<IncomingStream<'_, Faulty>> for Switch {
    fn connect_info(stream: IncomingStream<'_, Faulty>) -> Self {
        stream.io().switch.clone()
    }
}

/// A listener whose connections can fail.
#[derive(Debug)]
pub(super) struct Faulty(pub(super) TcpListener);

impl Listener for Faulty {
    type Io = Cuttable;
    type Addr = std::net::SocketAddr;

    async fn accept(&mut self) -> (Self::Io, Self::Addr) {
        let (stream, address) = Listener::accept(&mut self.0).await;
        (Cuttable { stream, switch: Switch::default(), left: None }, address)
    }

    fn local_addr(&self) -> io::Result<Self::Addr> {
        self.0.local_addr()
    }
}

/// A connection that can fail.
#[derive(Debug)]
pub(super) struct Cuttable {
    stream: TcpStream,
    switch: Switch,
    /// Bytes that may still leave, once the failure has begun.
    left: Option<usize>,
}

fn gone() -> io::Error {
    io::Error::new(io::ErrorKind::ConnectionReset, "the seller hung up")
}

/// How much of this response is let through: its head and half of what follows.
fn half(response: &[u8]) -> usize {
    let head = response.windows(4).position(|four| four == b"\r\n\r\n").map_or(0, |at| at + 4);
    head + (response.len() - head) / 2
}

impl AsyncRead for Cuttable {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }
}

// Vectored writes stay off (the default), so that head and body come in one buffer.
impl AsyncWrite for Cuttable {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let state = self.switch.0.load(Ordering::Acquire);
        if state == WHOLE {
            return Pin::new(&mut self.stream).poll_write(context, bytes);
        }
        let left = match self.left {
            Some(left) => left,
            None if state == HALF => half(bytes),
            None => {
                // Without this the peer would see an orderly end; a lost reply is a reset.
                self.stream.set_zero_linger()?;
                0
            }
        };
        if left == 0 {
            self.left = Some(0);
            return Poll::Ready(Err(gone()));
        }
        let part = bytes.get(..left.min(bytes.len())).unwrap_or(bytes);
        let written = ready!(Pin::new(&mut self.stream).poll_write(context, part))?;
        self.left = Some(left - written);
        Poll::Ready(Ok(written))
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_of_a_response_is_its_head_and_half_its_body() {
        assert_eq!(half(b"HTTP/1.1 200 OK\r\n\r\n{\"a\":1}!"), 19 + 4);
        assert_eq!(half(b"abcd"), 2);
    }
}
