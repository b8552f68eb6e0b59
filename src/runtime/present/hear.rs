//! The side of a terminal that is attached: hears what a room may see, and looks for the desk again
//! when it is gone.

use std::{io, path::PathBuf, time::Duration};

use jiff::Timestamp;
use tokio::{
    io::{AsyncBufReadExt as _, AsyncReadExt as _, BufReader},
    net::UnixStream,
    sync::watch,
};

use super::{Greeting, Seen, VERSION, serve::since};
use crate::{
    clock::Clock as _,
    runtime::{Jobs, SystemClock},
};

/// The longest line that is read, in bytes.
const LONGEST: u64 = 4 * 1024 * 1024;

/// How long until a desk that is not there is looked for again.
const AGAIN: Duration = Duration::from_millis(500);

/// What was heard last.
#[derive(Debug, Clone, Default)]
pub enum Heard {
    /// No desk is there.
    #[default]
    Nobody,
    /// A desk of another version is there.
    Stranger,
    /// What a room may see, and when that came, by the wall.
    Seen(Box<Seen>, Timestamp),
}

impl Heard {
    /// What the desk's clock shows by now.
    pub fn now(&self) -> Timestamp {
        let wall = SystemClock.now();
        match self {
            Self::Nobody | Self::Stranger => wall,
            Self::Seen(seen, came) => since(&seen.audience, (seen.at, *came), wall),
        }
    }
}

/// Listens to the first of `places` where a desk is, for as long as somebody wants to know.
pub fn hear(places: Vec<PathBuf>, jobs: &mut Jobs) -> watch::Receiver<Heard> {
    let (tell, told) = watch::channel(Heard::Nobody);
    jobs.start(async move {
        while !tell.is_closed() {
            for place in &places {
                if let Ok(stream) = UnixStream::connect(place).await {
                    // Why it ended does not matter: it is looked for again.
                    drop(listen(stream, &tell).await);
                    break;
                }
            }
            if !matches!(*tell.borrow(), Heard::Nobody | Heard::Stranger) {
                tell.send_replace(Heard::Nobody);
            }
            tokio::time::sleep(AGAIN).await;
        }
    });
    told
}

async fn listen(stream: UnixStream, tell: &watch::Sender<Heard>) -> io::Result<()> {
    let mut reader = BufReader::new(stream);
    let mut line = Vec::new();
    let greeting: Option<Greeting> = read(&mut reader, &mut line).await?;
    if greeting != Some(Greeting { dealdesk_audience: VERSION }) {
        tell.send_replace(Heard::Stranger);
        return Ok(());
    }
    while let Some(mut seen) = read::<Seen>(&mut reader, &mut line).await? {
        seen.audience.clean();
        tell.send_replace(Heard::Seen(Box::new(seen), SystemClock.now()));
    }
    Ok(())
}

/// The next line; `None` at the end, or where it is not what is expected.
async fn read<T: serde::de::DeserializeOwned>(
    reader: &mut BufReader<UnixStream>,
    line: &mut Vec<u8>,
) -> io::Result<Option<T>> {
    line.clear();
    let read = reader.take(LONGEST).read_until(b'\n', line).await?;
    Ok(Some(&line[..read]).and_then(|line| serde_json::from_slice(line.strip_suffix(b"\n")?).ok()))
}
