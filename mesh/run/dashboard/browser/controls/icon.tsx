/** Outlines of 16 by 16 units, drawn with a stroke of 1.5. */
const PATHS = {
  graph:
    'M4 4.5h0M4 11.5h0M12 8h0M5.6 5.2 10.4 7.3M5.6 10.8 10.4 8.7M2.2 4.5a1.8 1.8 0 1 0 3.6 0 1.8 1.8 0 1 0-3.6 0M2.2 11.5a1.8 1.8 0 1 0 3.6 0 1.8 1.8 0 1 0-3.6 0M10.2 8a1.8 1.8 0 1 0 3.6 0 1.8 1.8 0 1 0-3.6 0',
  processes: 'M2 3h12v4H2zM2 9h12v4H2zM4.5 5h.01M4.5 11h.01M7 5h4M7 11h4',
  traces: 'M2 3.5h7M5 8h6M8 12.5h6',
  logs: 'M2.5 3.5h11M2.5 6.5h11M2.5 9.5h7M2.5 12.5h9',
  metrics: 'M2 13.5h12M2.5 10.5l3-4 3 2.5 5-6',
  export: 'M8 2v7.5M5 6.8 8 9.8l3-3M2.5 11v2.5h11V11',
  import: 'M8 10V2.5M5 5.2 8 2.2l3 3M2.5 11v2.5h11V11',
  theme: 'M8 2.2a5.8 5.8 0 1 0 0 11.6zM8 2.2a5.8 5.8 0 0 1 0 11.6',
  help: 'M6 6.2a2 2 0 1 1 2.7 1.9c-.5.2-.7.5-.7 1v.4M8 11.6h.01M8 1.8a6.2 6.2 0 1 0 .01 0',
  pause: 'M5.5 3.5v9M10.5 3.5v9',
  resume: 'M5 3.2v9.6l7.5-4.8z',
  close: 'M4 4l8 8M12 4l-8 8',
  plus: 'M8 3.5v9M3.5 8h9',
  minus: 'M3.5 8h9',
  fit: 'M2.5 6V2.5H6M10 2.5h3.5V6M13.5 10v3.5H10M6 13.5H2.5V10',
  store: 'M3 4c0-2.4 10-2.4 10 0v8c0 2.4-10 2.4-10 0zM3 4c0 2.4 10 2.4 10 0M3 8c0 2.4 10 2.4 10 0',
  edge: 'M8 1.8a6.2 6.2 0 1 0 .01 0M1.9 8h12.2M8 1.8c-3.4 3.4-3.4 9 0 12.4M8 1.8c3.4 3.4 3.4 9 0 12.4',
  topic: 'M2 5.5h12M2 10.5h12M5 3v10M11 3v10',
  check: 'M3 8.5l3.2 3.2L13 4.8',
  warning: 'M8 2.2 14.3 13.3H1.7zM8 6.5v3.3M8 11.6h.01',
  error: 'M8 1.8a6.2 6.2 0 1 0 .01 0M8 4.8v3.7M8 11h.01',
  clock: 'M8 1.8a6.2 6.2 0 1 0 .01 0M8 4.5V8l2.5 1.5',
  stop: 'M4 4h8v8H4z',
  restart: 'M13 8a5 5 0 1 1-1.6-3.7M13 2.3v3h-3',
  down: 'M4 6.5l4 4 4-4',
  right: 'M6 4l4 4-4 4',
  back: 'M10 3.5 5.5 8l4.5 4.5',
  search: 'M7 2.5a4.5 4.5 0 1 0 .01 0M10.3 10.3l3.4 3.4',
} as const;

export type IconName = keyof typeof PATHS;

/** Renders an icon, which text beside it explains. */
export function Icon({ name }: { readonly name: IconName }) {
  return (
    <svg class="icon" viewBox="0 0 16 16" width="16" height="16" aria-hidden="true" focusable="false">
      <path d={PATHS[name]} />
    </svg>
  );
}

/** Returns the outline of an icon, for drawings that contain it. */
export function iconPath(name: IconName): string {
  return PATHS[name];
}
