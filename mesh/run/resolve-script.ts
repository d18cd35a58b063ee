import type { LocalPod } from './local-pod.ts';

/** Folder of the checkout in the images of services. */
const IMAGE_ROOT = '/app';

/**
 * Returns the script that Node runs for a pod's container, followed by its arguments. The entry point of the images is
 * Node; a `command` replaces it, as in Kubernetes.
 *
 * @param args command and arguments of the container
 * @throws Error if a local process cannot reproduce the pod
 */
export function resolveScript(args: readonly string[], { workload, container }: LocalPod): readonly string[] {
  const { name, image, command, workingDir } = container;
  const fail = (reason: string) => {
    throw new Error(`${name}: cannot run ${image} without a container: ${reason}`);
  };
  const { initContainers, containers } = workload.spec.template.spec;
  const others = [...initContainers, ...containers.slice(1)].map((other) => other.name);
  if (others.length > 0) fail(`its pod has further containers: ${others.join(', ')}`);
  if (workingDir !== undefined && workingDir !== IMAGE_ROOT)
    fail(`its workingDir ${workingDir} must be ${IMAGE_ROOT}`);
  if (command.length > 0 && args[0] !== 'node') fail(`its command '${args[0]}' must be node`);
  const script = command.length > 0 ? args.slice(1) : args;
  if (script[0]?.endsWith('.ts')) return script.map(withoutImageRoot);
  return fail('its first argument must be the path of a .ts file');
}

function withoutImageRoot(argument: string): string {
  return argument.startsWith(`${IMAGE_ROOT}/`) ? argument.slice(IMAGE_ROOT.length + 1) : argument;
}
