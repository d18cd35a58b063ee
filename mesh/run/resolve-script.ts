import type { LocalPod } from './local-pod.ts';

/** Folder of the checkout in the images that scripts/operate/images builds. */
const IMAGE_ROOT = '/app';

/**
 * Returns the script that Node runs for a pod's container, and its arguments. The images start Node by themselves; a
 * command takes the place of that, as in Kubernetes.
 *
 * @param words of the command and the arguments
 * @throws Error when a process on this machine would not be what the pod is
 */
export function resolveScript(
  words: readonly string[],
  { workload, container }: LocalPod,
): readonly string[] {
  const { name, image, command, workingDir } = container;
  const refuse = (reason: string) => {
    throw new Error(`${name}: cannot run ${image} without a container: ${reason}`);
  };
  const { initContainers, containers } = workload.spec.template.spec;
  const others = [...initContainers, ...containers.slice(1)].map((other) => other.name);
  if (others.length > 0) refuse(`its pod has other containers too: ${others.join(', ')}`);
  if (workingDir !== undefined && workingDir !== IMAGE_ROOT)
    refuse(`its workingDir ${workingDir} must be ${IMAGE_ROOT}`);
  if (command.length > 0 && words[0] !== 'node') refuse(`its command '${words[0]}' must be node`);
  const script = command.length > 0 ? words.slice(1) : words;
  if (script[0]?.endsWith('.ts')) return script.map((word) => fromImage(word));
  return refuse('its first argument must be the path of a .ts file');
}

function fromImage(word: string): string {
  return word.startsWith(`${IMAGE_ROOT}/`) ? word.slice(IMAGE_ROOT.length + 1) : word;
}
