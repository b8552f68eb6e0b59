//! What background tasks leave in the inbox, taken in one by one.

use super::Session;
use crate::{
    desk::Input,
    domain::{Heard, SellerName},
    runtime::{
        crash_points::{self, CrashPoint},
        inbox::{IntentReply, Message},
    },
};

use super::LOOK_AGAIN;

impl Session {
    pub(super) fn take(&mut self, message: Message) {
        match message {
            Message::Answered(id, heard) => {
                note(self.state().in_flight.get(&id).map(|flight| &flight.seller), &heard);
                self.keep_reply(id, &heard);
                self.keep_dialect(id, &heard);
                self.step(Input::Answered(id, heard));
            }
            Message::Intent(stored, reply) => {
                let seq = if let IntentReply::Stored(seq) = reply { Some(seq) } else { None };
                self.writer.intent_written(seq);
                // The gate asks what is stopped: by now it may be.
                self.heed_marks();
                match reply {
                    IntentReply::Stored(_) => {
                        crash_points::reach(CrashPoint::IntentStored);
                        self.step(Input::Stored(stored));
                    }
                    IntentReply::Conflict(rows) => {
                        self.follow(rows);
                        self.step(Input::Conflict(stored));
                    }
                    IntentReply::Failed(why) => {
                        self.step(Input::NotStored(stored, why));
                    }
                }
            }
            Message::Written(result) => {
                let now = self.clock.now();
                let was_in_trouble = self.writer.trouble().is_some();
                let entries = self.writer.written(result, now);
                if let Some(trouble) = self.writer.trouble().map(str::to_owned) {
                    let kept = "what happened is kept in memory and written as soon as it can be";
                    let known = self.state().trouble.is_some();
                    if !known {
                        self.step(Input::StoreFailed(format!("{trouble}; {kept}")));
                    }
                } else if was_in_trouble {
                    self.spill.clear();
                    self.step(Input::StoreWorks);
                }
                self.forget_recovered();
                self.put_aside();
                self.forget_replies();
                self.lift_marks();
                self.followed(entries);
            }
            Message::Followed(result) => {
                self.writer.followed();
                let whole = result.is_ok();
                self.follow(result.unwrap_or_default());
                self.orphans_read(whole);
            }
            Message::StoreChanged => {
                self.writer.follow(&mut self.jobs);
                self.looks = LOOK_AGAIN.into();
                self.look_at = self.after(LOOK_AGAIN.first().copied());
            }
            Message::ArmAgain(ticket, until) => self.arm_until(ticket, until),
            Message::Armed(ticket, taken) => {
                let armed = taken.is_ok();
                self.step(Input::Armed(ticket, taken));
                self.armed_is_told();
                self.disarm();
                if armed {
                    crash_points::reach(CrashPoint::Armed);
                }
            }
            Message::Unrecorded(why) => {
                let says = format!("the recording ended: {why}; the desk goes on without it");
                self.desk.say(true, says, self.clock.now());
            }
            Message::Load(entries) => self.load(entries),
            Message::Opening(opening) => self.opened(opening),
        }
        self.writer.pump(&mut self.jobs);
    }
}

/// Notes a request that failed in the log: to whom, what was asked, how it ended. No body of it.
fn note(seller: Option<&SellerName>, heard: &Heard) {
    let Err(error) = &heard.result else { return };
    let exchange = heard.exchange.as_ref();
    let seller = seller.map(ToString::to_string).unwrap_or_default();
    let asked = exchange.map(|exchange| format!("{} {}", exchange.method, exchange.url));
    let asked = asked.unwrap_or_else(|| "nothing was sent".to_owned());
    let attempts = exchange.map_or(0, |exchange| exchange.attempts);
    let (status, code, says) = (error.http_status, &error.code, &error.says);
    tracing::warn!(seller, asked, attempts, status, %code, %says, "a request failed");
}
