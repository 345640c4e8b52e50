/**
 * The one rule of which vault references an event names: every text that stands alone in its data,
 * under whatever member and however deep. It is no list of member names, which a new event type might
 * not be on: the sweeper removes for good what no event names, and what an event names must be found
 * by whoever may see it. So it also gives texts that are no references (codes, other ids), and who
 * shows what is behind one asks the vault whose it is (modules/access/case-evidence.ts).
 */
export function refsNamedIn(data: unknown): readonly string[] {
  const named: string[] = [];
  collect(data, named);
  return named;
}

function collect(data: unknown, named: string[]): void {
  if (typeof data === 'string') named.push(data);
  else if (typeof data === 'object' && data !== null)
    for (const value of Object.values(data)) collect(value, named);
}

/** A reference to a record, by its member; an identity's is to an entry of the blind index. */
const OF_A_RECORD = /^ref$|Ref$/;
const OF_AN_ENTRY = 'identityRef';

/**
 * What an event says to be a record of the vault. A list of names after all, for who asks whether a
 * record is missing: of any other text nobody can tell. So nothing may be removed by it.
 */
export function recordsNamedIn(data: unknown): readonly string[] {
  if (typeof data !== 'object' || data === null) return [];
  return Object.entries(data).flatMap(([member, value]) => {
    if (typeof value !== 'string') return recordsNamedIn(value);
    return OF_A_RECORD.test(member) && member !== OF_AN_ENTRY ? [value] : [];
  });
}
