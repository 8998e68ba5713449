import Crypto
import Foundation

/// The one style sheet. It stands in each page, so that a page that was saved looks the same, and prints.
enum PageStyle {
    static let text = "\n" + colours + base + tables + site + plans + forms + documentation + console + narrow + print

    /// For `style-src`: this sheet and no other.
    static let source = "'sha256-\(Data(SHA256.hash(data: Data(text.utf8))).base64EncodedString())'"

    /// Names for every colour that a page has. Whatever is written stands on `paper` or `band`, at 4.5 : 1 at the least.
    private static let colours = """
        :root { color-scheme: light dark; --ink: #1b1f24; --soft: #57606a; --line: #d0d7de; --band: #f6f8fa; --paper: #fff;
          --accent: #0b5f59; --on-accent: #fff; --good: #1a6b35; --bad: #b3261e; --fair: #7d4e00; }
        @media (prefers-color-scheme: dark) {
          :root { --ink: #e6edf3; --soft: #9198a1; --line: #3d444d; --band: #151b23; --paper: #0d1117;
            --accent: #5ccfc4; --on-accent: #06201e; --good: #5fce80; --bad: #ff8a80; --fair: #f0b35a; }
        }

        """

    private static let base = """
        * { box-sizing: border-box; }
        [hidden] { display: none !important; }
        body { margin: 0 auto; max-width: 68rem; padding: 1rem; color: var(--ink); background: var(--paper);
          font: 1rem/1.5 system-ui, sans-serif; }
        .name { margin: 0; font-weight: 700; letter-spacing: .02em; }
        h1 { margin: 1rem 0 .5rem; font-size: 1.6rem; line-height: 1.25; text-wrap: balance; }
        a { color: var(--accent); text-underline-offset: .2em; }
        :focus-visible { outline: .2rem solid var(--accent); outline-offset: .15rem; border-radius: .15rem; }
        dl { display: grid; grid-template-columns: max-content 1fr; gap: .15rem 1rem; margin: 0 0 1rem; }
        dt, .soft, footer { color: var(--soft); }
        dd { margin: 0; overflow-wrap: anywhere; }

        """

    private static let tables = """
        .wide { overflow-x: auto; margin: 0 0 1.5rem; }
        table { width: 100%; border-collapse: collapse; font-variant-numeric: tabular-nums; }
        caption { padding: .5rem 0; text-align: start; font-size: 1.15rem; font-weight: 700; }
        th, td { padding: .35rem .6rem; border-bottom: 1px solid var(--line); text-align: start; vertical-align: top; }
        thead th, tfoot th, tfoot td { background: var(--band); }
        tfoot th, tfoot td, .balance th, .balance td { font-weight: 700; }
        tbody th { font-weight: 400; min-width: 7rem; }
        .number { text-align: end; white-space: nowrap; }
        thead .number { white-space: normal; }
        .time { white-space: nowrap; }
        .facts { display: block; min-width: 12rem; font-size: .85rem; color: var(--soft); overflow-wrap: anywhere; }
        .open { padding: .5rem .75rem; border-inline-start: .25rem solid currentcolor; background: var(--band); }

        """

    private static let site = """
        .skip { position: absolute; inset-inline-start: 1rem; top: -4rem; padding: .5rem 1rem; background: var(--paper); }
        .skip:focus { top: .5rem; }
        header.site { display: flex; flex-wrap: wrap; gap: .25rem 1.5rem; align-items: baseline; justify-content: space-between;
          padding: .5rem 0 1rem; border-bottom: 1px solid var(--line); }
        header.site .name { color: inherit; text-decoration: none; font-size: 1.15rem; }
        header.site nav { display: flex; flex-wrap: wrap; gap: .25rem 1.25rem; }
        header.site nav a { padding: .35rem 0; color: var(--soft); text-decoration: none; }
        header.site nav a:hover, header.site nav a[aria-current] { color: var(--ink); text-decoration: underline; text-decoration-thickness: .1rem; }
        footer.site { margin-top: 4rem; padding: 1.5rem 0 1rem; border-top: 1px solid var(--line); font-size: .9rem; }
        footer.site p { margin: .25rem 0; }
        .lead { max-width: 42rem; margin: .75rem 0 1.25rem; font-size: 1.2rem; color: var(--soft); }
        .hero { padding: 2.5rem 0 1rem; }
        .whole { white-space: nowrap; }
        .hero h1 { margin: 0; max-width: 44rem; font-size: clamp(1.9rem, 5vw, 2.75rem); letter-spacing: -.015em; }
        .button { display: inline-block; padding: .6rem 1.2rem; border: 1px solid var(--accent); border-radius: .5rem;
          background: var(--accent); color: var(--on-accent); font: inherit; font-weight: 600; text-decoration: none; cursor: pointer; }
        .button.plain { background: transparent; color: var(--accent); }
        .actions { display: flex; flex-wrap: wrap; gap: .75rem; margin: 0 0 1rem; }
        section { margin: 3.5rem 0 0; }
        h2 { margin: 0 0 .75rem; font-size: 1.5rem; line-height: 1.3; }
        h3 { margin: 1.75rem 0 .5rem; font-size: 1.1rem; }
        section > p, section > ol, section > ul { max-width: 46rem; }
        .note { padding: .75rem 1rem; border: 1px solid var(--line); border-radius: .5rem; background: var(--band); }
        code { font: .9em/1.5 ui-monospace, monospace; overflow-wrap: anywhere; }
        .rules li { margin: 0 0 .6rem; padding-inline-start: .25rem; }
        .good { color: var(--good); } .bad, .fault { color: var(--bad); } .fair { color: var(--fair); }
        .state { font-weight: 600; white-space: nowrap; }

        """

    private static let plans = """
        .plans { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(18rem, 100%), 1fr)); gap: 1.25rem; margin: 1.5rem 0; }
        .plan { padding: 1.5rem; border: 1px solid var(--line); border-radius: .75rem; }
        .plan.popular { border: 2px solid var(--accent); padding: calc(1.5rem - 1px); }
        .plan h3 { display: flex; flex-wrap: wrap; gap: .25rem .75rem; align-items: center; justify-content: space-between; margin: 0;
          font-size: 1.25rem; }
        .badge { padding: .1rem .6rem; border-radius: 1rem; background: var(--accent); color: var(--on-accent); font-size: .8rem; font-weight: 600; }
        .plan .price { margin: .75rem 0 0; font-size: 2.25rem; font-weight: 700; line-height: 1.2; letter-spacing: -.02em;
          font-variant-numeric: tabular-nums; overflow-wrap: anywhere; }
        .plan .for { min-height: 3em; margin: .25rem 0 1rem; color: var(--soft); }
        .plan dl { display: block; margin: 0; font-variant-numeric: tabular-nums; }
        .plan dl div { display: flex; gap: .25rem 1rem; justify-content: space-between; padding: .4rem 0; border-top: 1px solid var(--line); }
        .plan dl .tall { display: block; }
        .plan dt { flex: 1 1 0; }
        .plan dd { flex: none; max-width: 65%; text-align: end; overflow-wrap: break-word; }
        .plan .tall dd { max-width: none; text-align: start; }
        .exact { display: block; font-size: .8rem; color: var(--soft); }

        """

    private static let forms = """
        .calculator { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(20rem, 100%), 1fr)); gap: 1.5rem 2.5rem;
          padding: 1.5rem; border: 1px solid var(--line); border-radius: .75rem; background: var(--band); }
        .field { margin: 0 0 1rem; }
        .field label { display: block; margin: 0 0 .25rem; font-weight: 600; }
        .field input, .field select { width: 100%; padding: .55rem .7rem; border: 1px solid var(--soft); border-radius: .4rem;
          background: var(--paper); color: var(--ink); font: inherit; font-variant-numeric: tabular-nums; }
        .field [aria-invalid] { border-color: var(--bad); border-width: 2px; }
        .fault { margin: .25rem 0 0; font-size: .9rem; }
        .answer output { display: block; font-variant-numeric: tabular-nums; }
        .figure { display: block; font-size: 2.25rem; font-weight: 700; line-height: 1.25; letter-spacing: -.02em; overflow-wrap: anywhere; }

        """

    private static let documentation = """
        th code { white-space: nowrap; }
        pre { max-width: 100%; overflow-x: auto; margin: 0 0 1rem; padding: .9rem 1rem; border: 1px solid var(--line); border-radius: .5rem;
          background: var(--band); font: .875rem/1.55 ui-monospace, monospace; tab-size: 4; }
        pre code { font: inherit; overflow-wrap: normal; }
        .contents ul { display: flex; flex-wrap: wrap; gap: .35rem 1.5rem; margin: 0; padding: 0; list-style: none; }
        .operation { margin: 2rem 0 0; padding: 1.25rem 0 0; border-top: 1px solid var(--line); }
        .operation h4 { margin: 0 0 .35rem; font-size: 1rem; overflow-wrap: anywhere; }
        .operation p { margin: .25rem 0 .75rem; }
        .method { display: inline-block; min-width: 3.5rem; color: var(--accent); font-weight: 700; }
        .operation h5 { margin: 1rem 0 .35rem; font-size: .95rem; }
        .operation table { font-size: .92rem; }
        :target { scroll-margin-top: 1rem; }
        tr:target { background: var(--band); }

        """

    private static let narrow = """
        @media (max-width: 40rem) { dl { grid-template-columns: 1fr; gap: 0; } dd { margin-bottom: .4rem; } th, td { padding: .3rem .4rem; }
          .wide td:last-child:not(.number) { min-width: 11rem; } .plan dd { margin: 0; } .hero { padding-top: 1.25rem; } .plan .for { min-height: 0; } section { margin-top: 2.5rem; } }

        """

    private static let print = """
        @media print {
          :root { color-scheme: light; --ink: #000; --soft: #333; --line: #999; --band: #eee; --paper: #fff;
            --accent: #000; --on-accent: #fff; --good: #000; --bad: #000; --fair: #000; }
          @page { margin: 15mm; }
          body { max-width: none; padding: 0; font-size: 9pt; }
          header.site nav, .skip, .actions { display: none; }
          .wide { overflow: visible; }
          thead { display: table-header-group; }
          tfoot { display: table-row-group; }
          tr, .plan { break-inside: avoid; }
          h1, h2, h3, caption { break-after: avoid; }
        }

        """
}
