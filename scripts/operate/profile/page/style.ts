import { declareColors } from '../../report/style.ts';

/** Colors of the kinds of frames: the sources of Weft, packages, Node.js, and V8 itself. */
const LIGHT = '--own: #f2b48a; --package: #a9c9ea; --node: #cfd6dd; --v8: #e3c6ea; --hit: #c8401f;';
const DARK = '--own: #8a4a22; --package: #2c5680; --node: #46525e; --v8: #633c70; --hit: #ffb59a;';

export const STYLE = `${declareColors(LIGHT, DARK)}
  main { max-width: 1400px; }
  .flame { position: relative; overflow: hidden; border: 1px solid var(--line); border-radius: 6px; background: var(--box); }
  .flame button { position: absolute; height: 19px; padding: 0 3px; border: 0; border-right: 1px solid var(--box);
    font: 11.5px/19px ui-sans-serif, system-ui, sans-serif; text-align: left; white-space: nowrap; overflow: hidden;
    color: var(--ink); background: var(--node); border-radius: 2px; cursor: pointer; }
  .flame button.narrow { padding: 0; }
  .flame button.own, .legend .own::before { background: var(--own); }
  .flame button.package, .legend .package::before { background: var(--package); }
  .legend .node::before { background: var(--node); }
  .flame button.v8, .legend .v8::before { background: var(--v8); }
  .flame.searched button:not(.hit) { opacity: 0.45; }
  .flame button.hit { outline: 2px solid var(--hit); outline-offset: -2px; font-weight: 600; }
  .flame button:focus-visible { outline: 2px solid var(--ink); outline-offset: -2px; z-index: 1; }
  .flame button.above { opacity: 0.6; }
  .legend { display: flex; flex-wrap: wrap; gap: 4px 18px; margin: 0 0 20px; padding: 0; list-style: none; font-size: 13.5px; }
  .legend li::before { content: ''; display: inline-block; width: 14px; height: 14px; margin-right: 6px; border-radius: 3px;
    vertical-align: -2px; }
  .detail { position: sticky; bottom: 0; margin: 0; padding: 8px 0; max-width: none; background: var(--page);
    overflow-wrap: anywhere; font-variant-numeric: tabular-nums; }
  .find { display: flex; flex-wrap: wrap; gap: 4px 12px; align-items: baseline; } output { color: var(--soft); font-size: 13.5px; }
  section { margin-bottom: 28px; } input { font: inherit; padding: 3px 8px; color: inherit; background: var(--box);
    border: 1px solid var(--line); border-radius: 6px; }`;
