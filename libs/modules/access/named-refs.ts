/** The vault references that an event names, wherever in its data they stand. */
const REF_MEMBERS: ReadonlySet<string> = new Set(['ref', 'nameRef', 'textRef', 'statementRef']);

export function refsNamedIn(data: unknown): readonly string[] {
  if (Array.isArray(data)) return data.flatMap(refsNamedIn);
  if (typeof data !== 'object' || data === null) return [];
  return Object.entries(data).flatMap(([member, value]) =>
    REF_MEMBERS.has(member) && typeof value === 'string' ? [value] : refsNamedIn(value),
  );
}
