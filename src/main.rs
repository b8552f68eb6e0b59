//! Arguments in, the command line out. No logic lives here.
use dealdesk::runtime::{demo, terminal};
fn main() -> color_eyre::Result<()> {
    color_eyre::install()?;
    let load = std::env::args()
        .nth(2)
        .map(|text| text.parse().map_err(|e: String| color_eyre::eyre::eyre!(e)))
        .transpose()?;
    let rt = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    rt.block_on(async {
        let session = demo::start(&demo::Demo {
            seed: 42,
            speed: 1.0,
            load,
            read_only: false,
            person: "ana@terminal".into(),
        })?;
        terminal::run(
            session,
            terminal::Start {
                options: dealdesk::tui::Options::default(),
                bell: true,
                location: dealdesk::store::Location::Memory,
                panic_on: None,
            },
        )
        .await?;
        Ok(())
    })
}
