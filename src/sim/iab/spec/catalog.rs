//! The sellers that come with the desk.

use super::Spec;

/// The files, in the order in which they are shown. The last two are the stock sellers that the
/// recordings were made with, one a dialect; they are no part of the demo.
pub(super) const FILES: [&str; 7] = [
    include_str!("../../../../assets/sellers/northlight.toml"),
    include_str!("../../../../assets/sellers/harbor.toml"),
    include_str!("../../../../assets/sellers/meridian.toml"),
    include_str!("../../../../assets/sellers/bayline.toml"),
    include_str!("../../../../assets/sellers/pinewave.toml"),
    include_str!("../../../../assets/sellers/reference.toml"),
    include_str!("../../../../assets/sellers/reference-v2.toml"),
];

/// Every seller that comes with the desk. A file that could not be read would be missing; a test
/// reads them all.
pub fn catalog() -> Vec<Spec> {
    FILES.iter().filter_map(|text| text.parse().ok()).collect()
}

/// The sellers of the demo.
pub fn demo() -> Vec<Spec> {
    catalog().into_iter().filter(|spec| !spec.name.starts_with("reference")).collect()
}

/// So many sellers made from one: their own names, titles and deal ids (`northlight-007`), and the
/// latencies that `latency_ms` gives for each place, shortest and longest, milliseconds.
pub fn crowd(base: &Spec, count: usize, latency_ms: impl Fn(usize) -> [u64; 2]) -> Vec<Spec> {
    let member = |place: usize| {
        let mut spec = base.clone();
        spec.name = format!("{}-{place:03}", base.name);
        spec.title = format!("{} {place:03}", base.title);
        spec.deal_prefix = format!("{}{place:03}-", base.deal_prefix);
        spec.behaviour.latency_ms = latency_ms(place);
        spec
    };
    (0..count).map(member).collect()
}

/// The seller of this name.
pub fn by_name(name: &str) -> Option<Spec> {
    catalog().into_iter().find(|spec| spec.name == name)
}
