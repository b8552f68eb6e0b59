//! Connections that can be made to fail: refused, closed without a byte, or in the middle of a reply.
//!
//! A response that is never written cannot be told to an HTTP library, so the failure sits below it,
//! in the socket.

use std::{
    future::Future,
    io,
    net::SocketAddr,
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
    net::{TcpListener, TcpSocket, TcpStream},
    sync::watch,
};

use crate::sim::exchange::Cut;

/// How many connections may wait to be taken.
const BACKLOG: u32 = 1024;

/// What decides how a connection goes on, shared with whoever answers on it.
#[derive(Debug, Clone, Default)]
pub(super) struct Switch(Arc<AtomicU8>);

const CUTS: [Cut; 7] =
    [Cut::Refused, Cut::Drop, Cut::HalfHead, Cut::HalfBody, Cut::Twice, Cut::After, Cut::Leaves];

impl Switch {
    /// From the next byte written, fail so.
    pub(super) fn set(&self, cut: Cut) {
        let place = CUTS.iter().position(|known| *known == cut).unwrap_or_default();
        self.0.store(u8::try_from(place + 1).unwrap_or_default(), Ordering::Release);
    }

    fn cut(&self) -> Option<Cut> {
        let place = usize::from(self.0.load(Ordering::Acquire)).checked_sub(1)?;
        CUTS.get(place).copied()
    }
}

impl Connected<IncomingStream<'_, Faulty>> for Switch {
    fn connect_info(stream: IncomingStream<'_, Faulty>) -> Self {
        stream.io().switch.clone()
    }
}

/// Whether a seller takes connections. Shut, it refuses new ones and ends those that are open.
#[derive(Debug, Clone)]
pub(in crate::sim) struct ConnectionGate {
    /// Whether new connections are wanted.
    wanted: Arc<watch::Sender<bool>>,
    /// Whether the port takes them.
    heard: Arc<watch::Sender<bool>>,
    /// Whether open connections go on.
    kept: Arc<watch::Sender<bool>>,
}

fn turn(state: &watch::Sender<bool>, to: bool) {
    state.send_if_modified(|is| std::mem::replace(is, to) != to);
}

async fn until(mut seen: watch::Receiver<bool>, wanted: bool) {
    // The sender lives as long as whoever asks.
    let _ = seen.wait_for(|is| *is == wanted).await;
}

impl ConnectionGate {
    /// A gate that is open.
    pub(super) fn new() -> Self {
        let open = || Arc::new(watch::Sender::new(true));
        Self { wanted: open(), heard: open(), kept: open() }
    }

    /// Opens or shuts it.
    pub(super) fn open(&self, open: bool) {
        turn(&self.wanted, open);
        turn(&self.kept, open);
    }

    /// Refuses new connections from now on; open ones go on. Ends when the port is shut.
    pub(super) async fn shut(&self) {
        turn(&self.wanted, false);
        self.settled().await;
    }

    /// Ends when the port does what is wanted of it.
    pub(super) async fn settled(&self) {
        let wanted = *self.wanted.borrow();
        until(self.heard.subscribe(), wanted).await;
    }
}

/// A listener whose connections can fail.
#[derive(Debug)]
pub(super) struct Faulty {
    /// `None` while the gate is shut and the port could not be had again.
    listener: Option<TcpListener>,
    address: SocketAddr,
    gate: ConnectionGate,
}

impl Faulty {
    pub(super) fn new(listener: TcpListener, gate: ConnectionGate) -> io::Result<Self> {
        let address = listener.local_addr()?;
        Ok(Self { listener: Some(listener), address, gate })
    }

    /// A socket that holds the port and refuses every connection.
    fn deaf(&self) -> io::Result<TcpSocket> {
        let socket =
            if self.address.is_ipv4() { TcpSocket::new_v4() } else { TcpSocket::new_v6() }?;
        socket.set_reuseaddr(true)?;
        socket.bind(self.address)?;
        Ok(socket)
    }
}

impl Listener for Faulty {
    type Io = Cuttable;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Self::Io, Self::Addr) {
        loop {
            if let Some(listener) = &mut self.listener {
                let shut = until(self.gate.wanted.subscribe(), false);
                tokio::select! {
                    biased;
                    () = shut => {}
                    (stream, address) = Listener::accept(listener) => {
                        return (Cuttable::new(stream, self.gate.clone()), address);
                    }
                }
            }
            self.listener = None;
            let deaf = self.deaf();
            turn(&self.gate.heard, false);
            until(self.gate.wanted.subscribe(), true).await;
            let heard = match deaf {
                Ok(socket) => socket.listen(BACKLOG),
                Err(_) => self.deaf().and_then(|socket| socket.listen(BACKLOG)),
            };
            self.listener = heard.ok();
            turn(&self.gate.heard, self.listener.is_some());
            if self.listener.is_none() {
                // Somebody else took the port: the seller stays unreachable.
                std::future::pending::<()>().await;
            }
        }
    }

    fn local_addr(&self) -> io::Result<Self::Addr> {
        Ok(self.address)
    }
}

/// A connection that can fail.
pub(super) struct Cuttable {
    stream: TcpStream,
    switch: Switch,
    gate: ConnectionGate,
    shut: Pin<Box<dyn Future<Output = ()> + Send>>,
    /// Bytes that may still leave, once the failure has begun.
    left: Option<usize>,
    /// What was written and is to be written again.
    again: Vec<u8>,
    /// Whether the last reply of this connection is out.
    is_over: bool,
}

impl Cuttable {
    fn new(stream: TcpStream, gate: ConnectionGate) -> Self {
        let shut = Box::pin(until(gate.kept.subscribe(), false));
        let switch = Switch::default();
        Self { stream, switch, gate, shut, left: None, again: Vec::new(), is_over: false }
    }
}

fn gone() -> io::Error {
    io::Error::new(io::ErrorKind::ConnectionReset, "the seller hung up")
}

/// Where the head of this response ends.
fn head(response: &[u8]) -> usize {
    response.windows(4).position(|four| four == b"\r\n\r\n").map_or(0, |at| at + 4)
}

/// How much of this response is let through: its head and half of what follows.
fn half(response: &[u8]) -> usize {
    let head = head(response);
    head + (response.len() - head) / 2
}

impl AsyncRead for Cuttable {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        // An orderly end: what the buyer has not read yet still reaches it.
        if self.is_over || self.shut.as_mut().poll(context).is_ready() {
            return Poll::Ready(Ok(()));
        }
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
        let most = match self.switch.cut() {
            None | Some(Cut::After | Cut::Leaves) => {
                return Pin::new(&mut self.stream).poll_write(context, bytes);
            }
            Some(Cut::Twice) => {
                let written = ready!(Pin::new(&mut self.stream).poll_write(context, bytes))?;
                self.again.extend(bytes.get(..written).unwrap_or_default());
                return Poll::Ready(Ok(written));
            }
            Some(Cut::HalfHead) => head(bytes) / 2,
            Some(Cut::HalfBody) => half(bytes),
            Some(Cut::Drop | Cut::Refused) => 0,
        };
        let left = self.left.unwrap_or(most);
        if left == 0 {
            if most == 0 {
                // Without this the peer would see an orderly end; a lost reply is a reset.
                self.stream.set_zero_linger()?;
            }
            self.left = Some(0);
            return Poll::Ready(Err(gone()));
        }
        let part = bytes.get(..left.min(bytes.len())).unwrap_or(bytes);
        let written = ready!(Pin::new(&mut self.stream).poll_write(context, part))?;
        self.left = Some(left - written);
        Poll::Ready(Ok(written))
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        while !self.again.is_empty() {
            let again = std::mem::take(&mut self.again);
            match Pin::new(&mut self.stream).poll_write(context, &again) {
                Poll::Ready(Ok(written)) => {
                    again.get(written..).unwrap_or_default().clone_into(&mut self.again);
                }
                Poll::Ready(Err(error)) => return Poll::Ready(Err(error)),
                Poll::Pending => {
                    self.again = again;
                    return Poll::Pending;
                }
            }
        }
        ready!(Pin::new(&mut self.stream).poll_flush(context))?;
        match self.switch.cut() {
            Some(Cut::After | Cut::Twice) => self.is_over = true,
            Some(Cut::Leaves) => self.gate.open(false),
            Some(Cut::Refused | Cut::Drop | Cut::HalfHead | Cut::HalfBody) | None => {}
        }
        Poll::Ready(Ok(()))
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
