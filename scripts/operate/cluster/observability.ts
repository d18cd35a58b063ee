import { PART_IMAGES } from '../../../charts/observability/names.ts';
import type { ObservabilityOptions } from '../../../charts/observability-override.ts';
import { ProgramError, type ProgramOptions } from '../../process/run-program.ts';
import { pullImage } from '../images/pull-image.ts';

/**
 * Returns the options of the observability stack, without Grafana if its image cannot be pulled. No other part depends on
 * Grafana, so a machine without access to its registry still gets the rest.
 */
export async function availableStack(
  stack: ObservabilityOptions | 'none' | undefined,
  note: (text: string) => void,
  options: ProgramOptions = {},
): Promise<ObservabilityOptions | undefined> {
  if (stack === undefined || stack === 'none') return undefined;
  if (stack.without.includes('grafana')) return stack;
  try {
    await pullImage(PART_IMAGES.grafana, options);
    return stack;
  } catch (error) {
    if (!(error instanceof ProgramError)) throw error;
    note(`leaving Grafana out: ${PART_IMAGES.grafana} cannot be pulled`);
    return { without: [...stack.without, 'grafana'] };
  }
}
