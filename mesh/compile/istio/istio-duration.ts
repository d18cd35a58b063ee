import { type Duration, milliseconds } from '../../policy/duration.ts';

/** A duration as protobuf's JSON and Go both read it: whole seconds, or else milliseconds. */
export function istioDuration(duration: Duration): string {
  const ms = milliseconds(duration);
  return ms % 1_000 === 0 ? `${ms / 1_000}s` : `${ms}ms`;
}
