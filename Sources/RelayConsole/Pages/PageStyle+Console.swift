extension PageStyle {
    /// What pages have that are worked with.
    static let console = """
        .console header.site nav { align-items: center; }
        .console header.site nav form { margin: 0; }
        .console h1 { margin-top: 1.5rem; }
        .console h2 { margin: 2rem 0 .5rem; font-size: 1.2rem; }
        .console .figure { font-size: 1.35rem; }
        .console .figure .soft { font-size: 1rem; font-weight: 400; letter-spacing: 0; }
        .entry { display: grid; gap: .35rem; max-width: 24rem; margin: 0 0 1.25rem; }
        .entry button { margin-top: .6rem; justify-self: start; }
        .console input { width: 100%; padding: .55rem .7rem; font: inherit; color: inherit; background: var(--paper);
          border: 1px solid var(--soft); border-radius: .4rem; }
        .console button { padding: .5rem 1rem; font: inherit; font-weight: 600; cursor: pointer; color: var(--on-accent);
          background: var(--accent); border: 1px solid var(--accent); border-radius: .4rem; }
        .console button.quiet, .console nav button { padding: .25rem .7rem; font-weight: 400; color: inherit; background: none;
          border-color: var(--soft); }
        .console .fault { padding: .5rem .75rem; border-inline-start: .25rem solid var(--bad); background: var(--band); }
        meter { width: 8rem; max-width: 100%; height: 1rem; vertical-align: middle; }
        .picture { width: 14rem; max-width: 100%; margin: 0 0 1rem; }
        .picture svg { display: block; width: 100%; height: auto; }
        .codes { columns: 2; max-width: 24rem; list-style: none; padding: 0; font-size: 1.1rem; }

        """
}
