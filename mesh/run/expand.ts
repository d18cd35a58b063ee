/**
 * Expands references to variables as the kubelet does: replaces `$(NAME)` if the variable exists and `$$` by `$`. Keeps
 * all other text. Inserted values are not expanded again.
 *
 * @param onMissing receives the name of each variable that does not exist
 * @see https://github.com/kubernetes/kubernetes/blob/master/third_party/forked/golang/expansion/expand.go
 */
export function expand(
  text: string,
  variables: ReadonlyMap<string, string>,
  onMissing: (name: string) => void = () => {},
): string {
  return text.replaceAll(/\$(?:\$|\(([^)]*)\))/g, (reference, name: string | undefined) => {
    if (name === undefined) return '$';
    const value = variables.get(name);
    if (value === undefined) onMissing(name);
    return value ?? reference;
  });
}
