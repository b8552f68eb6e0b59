//! Writes a recording on a thread of its own. The desk hands lines over and never waits: a disk that is
//! full or slow ends the recording, not the desk.

use std::{
    io::{self, BufWriter, Write},
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
        mpsc::{self, Receiver, Sender},
    },
    time::Duration,
};

use jiff::Timestamp;

use crate::{
    domain::json,
    private,
    recording::{Bad, Head, Line, MOST_BYTES, Recording, What},
};

/// How many lines may wait for the disk before the recording ends: far more than a start from a large
/// store makes at once.
const MOST_WAITING: usize = 1_000_000;

/// A recording under way.
#[derive(Debug)]
pub struct Recorder {
    out: Option<Sender<Line>>,
    waiting: Arc<AtomicUsize>,
    ended: Receiver<()>,
    /// The time of the newest line: none is before it, whatever the machine's clock does.
    newest: Timestamp,
}

impl Recorder {
    /// Begins a recording in a new file that only its owner can read. `failed` is told, on another
    /// thread, why it ended before the desk did.
    ///
    /// # Errors
    /// Where there is such a file already, or it cannot be made or written.
    pub fn create(
        path: &Path,
        head: &Head,
        failed: impl FnOnce(String) + Send + 'static,
    ) -> io::Result<Self> {
        let file = private::file().write(true).create_new(true).open(path)?;
        Self::write_to(file, head, failed)
    }

    fn write_to(
        mut file: impl Write + Send + 'static,
        head: &Head,
        failed: impl FnOnce(String) + Send + 'static,
    ) -> io::Result<Self> {
        json::write(&mut file, head)?;
        file.write_all(b"\n")?;
        let (out, lines) = mpsc::channel();
        let (end, ended) = mpsc::channel();
        let waiting = Arc::<AtomicUsize>::default();
        let count = Arc::clone(&waiting);
        std::thread::Builder::new().name("recorder".to_owned()).spawn(move || {
            if let Err(error) = write(BufWriter::new(file), &lines, &count) {
                failed(error.to_string());
            }
            // Nobody may be left who wants to know.
            let _ = end.send(());
        })?;
        Ok(Self { out: Some(out), waiting, ended, newest: head.started })
    }

    /// Adds a line. Never waits. Returns whether the recording goes on.
    pub fn put(&mut self, at: Timestamp, is: What) -> bool {
        let Some(out) = &self.out else { return false };
        self.newest = self.newest.max(at);
        let queued = self.waiting.fetch_add(1, Ordering::Relaxed) < MOST_WAITING;
        let written = queued && out.send(Line { at: self.newest, is }).is_ok();
        if !written {
            self.out = None;
        }
        written
    }

    /// Ends the recording and waits at most so long for the disk. Returns whether all of it is written.
    pub fn close(mut self, wait: Duration) -> bool {
        self.out = None;
        self.ended.recv_timeout(wait).is_ok()
    }
}

/// Writes lines as they come, and flushes whenever there are none left.
fn write(mut file: impl Write, lines: &Receiver<Line>, waiting: &AtomicUsize) -> io::Result<()> {
    while let Ok(first) = lines.recv() {
        let mut next = Some(first);
        while let Some(line) = next {
            waiting.fetch_sub(1, Ordering::Relaxed);
            json::write(&mut file, &line)?;
            file.write_all(b"\n")?;
            next = lines.try_recv().ok();
        }
        file.flush()?;
    }
    file.flush()
}

/// Opens a recording.
///
/// # Errors
/// As for [`Recording::read`].
pub fn open(path: &Path) -> Result<Recording, Bad> {
    let file = private::named(path)?;
    // One that is too large is refused before all of what may be read of it is.
    if file.metadata()?.len() > MOST_BYTES {
        return Err(Bad::Large);
    }
    Recording::read(io::BufReader::new(file))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::desk::Mode;

    fn head() -> Head {
        Head::new(Mode::Demo, (80, 24), Timestamp::UNIX_EPOCH)
    }

    #[test]
    fn lines_are_written_in_order_for_their_owner_alone_and_never_over_another_file() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.rec");
        let mut recorder = Recorder::create(&path, &head(), |why| panic!("{why}")).unwrap();
        let at = |second| Timestamp::from_second(second).unwrap();
        assert!(recorder.put(at(5), What::Focus));
        // The machine's clock was set back.
        assert!(recorder.put(at(3), What::Drawn));
        assert!(recorder.close(Duration::from_mins(1)));
        let read = open(&path).unwrap();
        assert_eq!(read.head, head());
        assert_eq!(read.lines.iter().map(|line| line.at).collect::<Vec<_>>(), [at(5), at(5)]);
        assert!(!read.breaks_off);
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        let again = Recorder::create(&path, &head(), |_| {}).unwrap_err();
        assert_eq!(again.kind(), io::ErrorKind::AlreadyExists);
    }

    /// A disk with room for so many bytes.
    struct Full(Arc<std::sync::Mutex<Vec<u8>>>, usize);

    impl Write for Full {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            let mut written = self.0.lock().unwrap();
            let room = self.1.saturating_sub(written.len()).min(bytes.len());
            if room == 0 && !bytes.is_empty() {
                return Err(io::ErrorKind::StorageFull.into());
            }
            written.extend_from_slice(&bytes[..room]);
            Ok(room)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn a_file_that_is_too_large_is_refused_unread() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("large.jsonl");
        std::fs::File::create(&path).unwrap().set_len(MOST_BYTES + 1).unwrap();
        assert!(matches!(open(&path), Err(Bad::Large)));
        std::fs::OpenOptions::new().write(true).open(&path).unwrap().set_len(0).unwrap();
        assert!(!matches!(open(&path), Err(Bad::Large)));
    }

    #[test]
    fn a_full_disk_ends_the_recording_and_is_told_and_what_was_written_can_be_read() {
        let disk = Arc::default();
        let (told, hears) = mpsc::channel();
        let file = Full(Arc::clone(&disk), 4_000);
        let told = move |why| told.send(why).unwrap();
        let mut recorder = Recorder::write_to(file, &head(), told).unwrap();
        while recorder.put(Timestamp::UNIX_EPOCH, What::Paste("x".repeat(100))) {}
        let why = hears.recv_timeout(Duration::from_mins(1)).unwrap();
        assert!(why.contains("no storage space") || why.contains("full"), "{why}");
        assert!(!recorder.put(Timestamp::UNIX_EPOCH, What::Focus), "it is over");
        let read = Recording::read(disk.lock().unwrap().as_slice()).unwrap();
        assert!(read.breaks_off && read.lines.len() > 10, "{}", read.lines.len());
    }
}
