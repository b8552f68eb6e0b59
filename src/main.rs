//! Arguments in, the command line out. No logic lives here.

fn main() -> std::process::ExitCode {
    dealdesk::cli::main()
}
