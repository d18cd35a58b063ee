/** Lists attributes by name. */
export function AttributeTable({ attributes }: { readonly attributes: Readonly<Record<string, string>> }) {
  const entries = Object.entries(attributes).sort(([a], [b]) => a.localeCompare(b, 'en'));
  if (entries.length === 0) return <p class="soft small">No attributes.</p>;
  return (
    <dl class="attributes">
      {entries.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
