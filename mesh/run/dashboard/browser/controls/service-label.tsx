import { serviceColorIndex } from './service-color.ts';

/** Renders the name of a service with its color. */
export function ServiceLabel({
  name,
  spans,
}: {
  readonly name: string;
  readonly spans?: number | undefined;
}) {
  return (
    <span class="service" title={name}>
      <span class={`swatch series-${serviceColorIndex(name)}`} aria-hidden="true" />
      <span class="service-name">{name}</span>
      {spans !== undefined && <span class="soft"> {spans}</span>}
    </span>
  );
}
