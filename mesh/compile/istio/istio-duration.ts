import { type Duration, milliseconds } from '../../policy/duration.ts';

/** Formats a duration so that protobuf JSON and Go both parse it: in whole seconds, otherwise in milliseconds. */
export function istioDuration(duration: Duration): string {
  const ms = milliseconds(duration);
  return ms % 1_000 === 0 ? `${ms / 1_000}s` : `${ms}ms`;
}
