import Crypto
import Foundation

/// The one style sheet. It stands in each page, so that a page that was saved looks the same, and prints.
enum PageStyle {
    static let text = sheet + forms

    private static let sheet = """

        :root { color-scheme: light dark; --ink: #1b1f24; --soft: #57606a; --line: #d0d7de; --band: #f6f8fa; --paper: #fff; }
        @media (prefers-color-scheme: dark) {
          :root { --ink: #e6edf3; --soft: #9198a1; --line: #3d444d; --band: #151b23; --paper: #0d1117; }
        }
        * { box-sizing: border-box; }
        body { margin: 0 auto; max-width: 64rem; padding: 1rem; color: var(--ink); background: var(--paper);
          font: 1rem/1.5 system-ui, sans-serif; }
        .name { margin: 0; font-weight: 700; letter-spacing: .02em; }
        h1 { margin: 1rem 0 .5rem; font-size: 1.6rem; line-height: 1.25; }
        dl { display: grid; grid-template-columns: max-content 1fr; gap: .15rem 1rem; margin: 0 0 1rem; }
        dt, .soft, footer { color: var(--soft); }
        dd { margin: 0; overflow-wrap: anywhere; }
        .wide { overflow-x: auto; margin: 0 0 1.5rem; }
        table { width: 100%; border-collapse: collapse; font-variant-numeric: tabular-nums; }
        caption { padding: .5rem 0; text-align: start; font-size: 1.15rem; font-weight: 700; }
        th, td { padding: .35rem .6rem; border-bottom: 1px solid var(--line); text-align: start; vertical-align: top; }
        thead th, tfoot th, tfoot td { background: var(--band); }
        tfoot th, tfoot td, .balance th, .balance td { font-weight: 700; }
        tbody th { font-weight: 400; min-width: 7rem; }
        .number { text-align: end; white-space: nowrap; }
        .time { white-space: nowrap; }
        .facts { display: block; min-width: 12rem; font-size: .85rem; color: var(--soft); overflow-wrap: anywhere; }
        .open { padding: .5rem .75rem; border-inline-start: .25rem solid currentcolor; background: var(--band); }
        @media (max-width: 40rem) { dl { grid-template-columns: 1fr; gap: 0; } dd { margin-bottom: .4rem; } th, td { padding: .3rem .4rem; } }
        @media print {
          :root { color-scheme: light; --ink: #000; --soft: #333; --line: #999; --band: #eee; --paper: #fff; }
          @page { margin: 15mm; }
          body { max-width: none; padding: 0; font-size: 9pt; }
          .wide { overflow: visible; }
          thead { display: table-header-group; }
          tfoot { display: table-row-group; }
          tr { break-inside: avoid; }
          h1, caption { break-after: avoid; }
        }

        """

    /// For `style-src`: this sheet and no other.
    static let source = "'sha256-\(Data(SHA256.hash(data: Data(text.utf8))).base64EncodedString())'"
}
