/**
 * Returns the value of an environment variable, or an argument, that the kubelet turns into `text`: it replaces
 * `$(NAME)` by the value of a variable, and `$$` by `$`.
 *
 * @see https://kubernetes.io/docs/tasks/inject-data-application/define-interdependent-environment-variables/
 */
export function literalValue(text: string): string {
  return /\$\$|\$\([^)]*\)/.test(text) ? text.replaceAll('$', '$$$$') : text;
}
