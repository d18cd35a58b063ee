/**
 * Escapes `text` for the value of an environment variable, or an argument, so that the kubelet does not expand it. The
 * kubelet replaces `$(NAME)` by the value of a variable, and `$$` by `$`.
 *
 * @see https://kubernetes.io/docs/tasks/inject-data-application/define-interdependent-environment-variables/
 */
export function literalValue(text: string): string {
  return /\$\$|\$\([^)]*\)/.test(text) ? text.replaceAll('$', '$$$$') : text;
}
