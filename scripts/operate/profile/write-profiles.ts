import { access, constants, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { folderError } from '../../../mesh/run/process/folder-error.ts';
import { makeFolder } from '../../../mesh/run/process/make-folder.ts';
import { formatPercent } from './format-share.ts';
import type { Frame } from './frame.ts';
import { type FlameGraph, flameGraphPage } from './page/flame-graph-page.ts';
import { busyShare, cpuTree, heapTree } from './profile-tree.ts';
import type { Profiles } from './record-profiles.ts';

/** A recording of a service. */
export interface Recording {
  readonly service: string;
  /** Name of the recorded process or pod. */
  readonly target: string;
  readonly seconds: number;
  readonly profiles: Profiles;
}

/** A recording with its files. */
export interface WrittenRecording {
  readonly cpu: Frame;
  readonly heap: Frame;
  /** Share of one core that the process used, from 0 to 1. */
  readonly busyShare: number;
  /** Path of the page with the flame graphs. */
  readonly page: string;
  readonly cpuProfile: string;
  readonly heapProfile: string;
}

/** Creates a folder for the files. @throws Error that explains why files cannot be written to it */
export async function makeProfileFolder(folder: string): Promise<void> {
  await makeFolder(folder);
  await orFolderError(folder, access(folder, constants.W_OK));
}

/**
 * Writes a recording as a CPU profile, a heap profile, and a page with both as flame graphs. The names of the files contain
 * the service and the time.
 * @throws Error that explains why the files cannot be written to the folder
 */
export async function writeProfiles(folder: string, recording: Recording): Promise<WrittenRecording> {
  const { service, target, seconds, profiles } = recording;
  const [cpu, heap] = [cpuTree(profiles.cpu), heapTree(profiles.heap)];
  const busy = busyShare(profiles.cpu);
  const createdAt = new Date().toISOString();
  const page = await flameGraphPage({
    title: `Profile of ${service}`,
    createdAt,
    provenance: [target, `${seconds} s`, `${formatPercent(busy)} of one core`],
    graphs: graphsOf(cpu, heap),
  });
  const base = join(folder, `${service}-${createdAt.slice(0, 19).replaceAll(/[-:]/g, '')}`);
  const write = async (extension: string, text: string) => {
    const path = `${base}.${extension}`;
    await orFolderError(path, writeFile(path, text));
    return path;
  };
  return {
    cpu,
    heap,
    busyShare: busy,
    page: await write('html', page),
    cpuProfile: await write('cpuprofile', JSON.stringify(profiles.cpu)),
    heapProfile: await write('heapprofile', JSON.stringify(profiles.heap)),
  };
}

async function orFolderError(path: string, operation: Promise<void>): Promise<void> {
  try {
    await operation;
  } catch (error) {
    throw folderError(path, error);
  }
}

function graphsOf(cpu: Frame, heap: Frame): readonly FlameGraph[] {
  return [
    {
      id: 'cpu',
      title: 'CPU',
      description:
        'The width of a frame is the time in which the function, or a function that it called, ran.',
      unit: 'us',
      root: cpu,
    },
    {
      id: 'heap',
      title: 'Allocated memory',
      description:
        'The width of a frame is the memory that the function, or a function that it called, allocated. It includes memory that the garbage collector has reclaimed since.',
      unit: 'bytes',
      root: heap,
    },
  ];
}
