extension PageStyle {
    /// What pages have that are worked with.
    static let forms = """
          :root { --accent: #0b57d0; --fault: #b3261e; }
          @media (prefers-color-scheme: dark) { :root { --accent: #8ab4f8; --fault: #ffb4ab; } }
          .skip { position: absolute; inset-inline-start: -100rem; }
          .skip:focus { position: static; }
          a { color: var(--accent); }
          :focus-visible { outline: .2rem solid var(--accent); outline-offset: .15rem; }
          header { display: flex; flex-wrap: wrap; align-items: center; gap: .5rem 1.5rem; }
          nav { display: flex; flex-wrap: wrap; flex: 1; align-items: center; gap: .5rem 1rem; }
          nav ul { display: flex; gap: 1rem; margin: 0; padding: 0; list-style: none; flex: 1; }
          nav a[aria-current] { color: inherit; font-weight: 700; text-decoration: none; }
          h2 { margin: 2rem 0 .5rem; font-size: 1.2rem; line-height: 1.3; }
          .figure { font-size: 1.35rem; font-weight: 700; font-variant-numeric: tabular-nums; }
          .figure .soft { font-size: 1rem; font-weight: 400; }
          .entry { display: grid; gap: .35rem; max-width: 24rem; margin: 0 0 1.25rem; }
          .entry button { margin-top: .6rem; justify-self: start; }
          input { width: 100%; padding: .5rem .6rem; font: inherit; color: inherit; background: var(--paper);
            border: 1px solid var(--soft); border-radius: .3rem; }
          button { padding: .5rem 1rem; font: inherit; font-weight: 600; cursor: pointer; color: var(--paper); background: var(--accent);
            border: 1px solid var(--accent); border-radius: .3rem; }
          button.quiet, nav button { padding: .25rem .7rem; font-weight: 400; color: inherit; background: none; border-color: var(--soft); }
          meter { width: 8rem; max-width: 100%; height: 1rem; vertical-align: middle; }
          .fault { padding: .5rem .75rem; border-inline-start: .25rem solid var(--fault); background: var(--band); }
          .picture { width: 14rem; max-width: 100%; margin: 0 0 1rem; }
          .picture svg { display: block; width: 100%; height: auto; }
          .codes { columns: 2; max-width: 24rem; list-style: none; padding: 0; font-size: 1.1rem; }
          @media print { nav, .skip { display: none; } }

        """
}
