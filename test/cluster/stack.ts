import { readRelease } from '../../scripts/operate/cluster/release.ts';

/** Whether the cluster runs the observability stack, whose namespace admits no pods of tests. */
export const hasStack = (await readRelease()).observability !== undefined;
