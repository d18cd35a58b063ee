export const STYLE = `
:root {
  --paper: #fdfcfa; --ink: #24211d; --quiet: #6f685f; --line: #e5e0d8; --card: #fff; --code: #f4f1ec;
  --accent: #7a2e3b; --get: #1f6f54; --post: #7a4a12; --put: #3a4f9a;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #171513; --ink: #ece7df; --quiet: #a1988c; --line: #35312c; --card: #1e1b18; --code: #26221e;
    --accent: #e59aa7; --get: #78cfae; --post: #e3b26f; --put: #a3b4f4;
  }
}
* { box-sizing: border-box; }
html { scroll-behavior: smooth; scroll-padding-top: 1.5rem; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.6 system-ui, sans-serif; }
a { color: var(--accent); text-underline-offset: 3px; }
code, pre { font: 0.875em/1.55 ui-monospace, 'SF Mono', Menlo, Consolas, monospace; }
code { background: var(--code); border-radius: 4px; padding: 0.1em 0.35em; overflow-wrap: anywhere; }
pre { background: var(--code); border-radius: 8px; padding: 0.9rem 1rem; overflow-x: auto; margin: 0.75rem 0; }
pre code { background: none; padding: 0; overflow-wrap: normal; }
h1 { font-size: 2.1rem; line-height: 1.2; letter-spacing: -0.02em; margin: 0 0 0.5rem; }
h2 { font-size: 1.35rem; letter-spacing: -0.01em; margin: 3.5rem 0 1rem; }
h4 { font-size: 0.8rem; color: var(--quiet); font-weight: 600; margin: 1.4rem 0 0.3rem; }
p { margin: 0.5rem 0; }
.lead { color: var(--quiet); font-size: 1.05rem; max-width: 44rem; }
.layout { display: grid; grid-template-columns: 17rem minmax(0, 1fr); max-width: 76rem; margin: 0 auto; }
nav { position: sticky; top: 0; height: 100vh; overflow-y: auto; padding: 3rem 1rem 3rem 1.5rem; font-size: 0.9rem; }
nav h3 { font-size: 0.8rem; color: var(--quiet); margin: 1.4rem 0 0.3rem; }
nav ul { list-style: none; margin: 0; padding: 0; }
nav a { display: block; color: inherit; text-decoration: none; padding: 0.15rem 0; }
nav a:hover { color: var(--accent); }
nav .brand { font-size: 1.1rem; font-weight: 700; }
main { padding: 3rem 2rem 6rem; min-width: 0; }
main.narrow { max-width: 42rem; margin: 0 auto; }
.operation { background: var(--card); border: 1px solid var(--line); border-radius: 12px; padding: 1.2rem 1.4rem; margin: 1rem 0; }
.operation h3 { margin: 0; font-size: 1.05rem; }
.signature { display: flex; flex-wrap: wrap; gap: 0.6rem; align-items: baseline; margin: 0.4rem 0; }
.signature code { background: none; padding: 0; font-size: 0.95rem; }
.method { font: 600 0.8rem/1 ui-monospace, Menlo, Consolas, monospace; color: var(--get); }
.method.post { color: var(--post); }
.method.put { color: var(--put); }
.access { font-size: 0.8rem; color: var(--quiet); border: 1px solid var(--line); border-radius: 99px; padding: 0 0.6rem; }
table { border-collapse: collapse; width: 100%; font-size: 0.9rem; }
td { border-top: 1px solid var(--line); padding: 0.45rem 1rem 0.45rem 0; vertical-align: top; }
td:first-child { width: 11rem; }
td:last-child { padding-right: 0; }
.type { color: var(--quiet); }
details { margin-top: 1rem; }
summary { cursor: pointer; color: var(--quiet); font-size: 0.9rem; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 0.3rem 1.2rem; margin: 1.5rem 0; }
dt { color: var(--quiet); }
dd { margin: 0; }
@media (max-width: 56rem) {
  .layout { display: block; }
  nav { position: static; height: auto; padding: 1.5rem 1.25rem 0; columns: 2; }
  nav .brand { column-span: all; }
  nav ul { break-inside: avoid; }
  nav h3 { break-after: avoid; }
  main { padding: 1.5rem 1.25rem 4rem; }
  td { display: block; width: auto; border-top: 0; padding: 0.1rem 0; }
  td:first-child { border-top: 1px solid var(--line); padding-top: 0.5rem; width: auto; }
}
`;
