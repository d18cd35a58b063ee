/** The first port that every user may open, unless the system says otherwise. */
const FIRST_OPEN_PORT = 1_024;

/**
 * Returns why a server cannot listen on `host:port`, and what to do about it.
 *
 * @param code the error's code, such as `EADDRINUSE`
 * @param option the option that names the port
 */
export function describeListenError(
  host: string,
  port: number,
  code: string | undefined,
  option: string,
): string {
  const other = `give another ${option}`;
  switch (code) {
    case 'EADDRINUSE':
      return `port ${port} is in use: stop the other program, or ${other}`;
    case 'EACCES':
    case 'EPERM':
      return port < FIRST_OPEN_PORT
        ? `port ${port} may not be opened by this user: ${other} from ${FIRST_OPEN_PORT}, or let every user open it (on Linux, sysctl net.ipv4.ip_unprivileged_port_start=${port})`
        : `port ${port} may not be opened by this user: a rule of this machine forbids it; ${other}`;
    case 'EADDRNOTAVAIL':
      return `${host} is not an address of this machine: switch its loopback interface on (on Linux, ip link set lo up)`;
    case 'EMFILE':
    case 'ENFILE':
      return `port ${port} cannot be opened: too many files are open; raise ulimit -n`;
    default:
      return `port ${port} of ${host} cannot be opened: ${code ?? 'for an unknown reason'}; ${other}`;
  }
}
