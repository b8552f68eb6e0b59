//! `sellers test NAME`: everything there is to know of a configured seller before money goes there.

use super::{
    super::{
        check,
        context::Context,
        exit::Exit,
        fail::Failure,
        out::{self, Shown},
        reply::Reply,
    },
    tiers,
    walk::walk,
};
use crate::domain::SellerName;
use crate::json::Document;

/// `sellers test`.
#[derive(Debug, clap::Args)]
pub(crate) struct Test {
    /// The seller, as the configuration names it
    name: String,
}

pub(crate) async fn test(args: Test, context: &Context) -> Result<Reply, Failure> {
    let config = &context.config;
    let name = SellerName::from(args.name.as_str());
    let Some(seller) = config.sellers.iter().find(|seller| seller.name == name) else {
        let names: Vec<_> = config.sellers.iter().map(|seller| seller.name.as_str()).collect();
        return Err(Failure::no_such_seller(&name, &names));
    };
    out::progress(&format!("asking {} …", seller.url));
    let known = walk(seller, &config.identity, &context.environment).await;
    tiers::keep(context, seller, &known).await;
    let (exit, table) = (known.exit, check::table(&known.checks));
    let document = Document::new(config.mode, context.now(), known);
    let reply = Reply::new(&document, Shown::Table(table))?;
    Ok(if exit == Exit::Done { reply } else { reply.with_exit(exit) })
}
