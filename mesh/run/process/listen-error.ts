/** Lowest port that unprivileged users may open by default. */
const MIN_UNPRIVILEGED_PORT = 1_024;

/**
 * Explains why a server cannot listen on `host:port`, and how to fix it.
 *
 * @param code error code, such as `EADDRINUSE`
 * @param option command line option that sets the port
 */
export function describeListenError(
  host: string,
  port: number,
  code: string | undefined,
  option: string,
): string {
  const alternative = `choose another ${option}`;
  switch (code) {
    case 'EADDRINUSE':
      return `port ${port} is in use: stop the other program, or ${alternative}`;
    case 'EACCES':
    case 'EPERM':
      return port < MIN_UNPRIVILEGED_PORT
        ? `port ${port} is reserved for privileged users: ${alternative} from ${MIN_UNPRIVILEGED_PORT}, or open it to all users (on Linux, sysctl net.ipv4.ip_unprivileged_port_start=${port})`
        : `port ${port} is forbidden by a security policy of this machine; ${alternative}`;
    case 'EADDRNOTAVAIL':
      return `${host} is not an address of this machine: enable the loopback interface (on Linux, ip link set lo up)`;
    case 'EMFILE':
    case 'ENFILE':
      return `port ${port} cannot be opened: too many open files; raise ulimit -n`;
    default:
      return `port ${port} of ${host} cannot be opened: ${code ?? 'unknown error'}; ${alternative}`;
  }
}
