/** Whether what a power cut left holds all that somebody was told of, and nothing by halves. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { type RecordedEvent } from '#kernel/envelope';
import { randomIds } from '#kernel/ids';
import { type Position, START } from '#kernel/position';
import {
  closeStores,
  NoDataFolder,
  openStores,
  type Stores,
} from '../../apps/server/src/stores.ts';
import {
  CLOCK,
  eventIdOf,
  eventOf,
  identityOf,
  type Length,
  lengths,
  namesRecord,
  placesIn,
  PLATFORM,
  recordOf,
  refOf,
  type Told,
} from './lives.testkit.ts';

/** Lost is what was acknowledged and is not there; broken what no cut may leave. */
export interface Finding {
  readonly kind: 'unopened' | 'lost' | 'broken';
  readonly what: string;
}

export async function findingsIn(folder: string, told: readonly Told[]): Promise<Finding[]> {
  const places = placesIn(folder);
  let stores: Stores;
  try {
    stores = await openStores({ ...places, clock: CLOCK, ids: randomIds });
  } catch (error) {
    // Nobody was told yet that there is a folder.
    if (error instanceof NoDataFolder && told.length === 0) return [];
    return [{ kind: 'unopened', what: String(error) }];
  }
  const findings: Finding[] = [];
  try {
    findings.push(...(await findingsOf(stores, told)));
    await goesOn(stores);
  } catch (error) {
    findings.push({ kind: 'broken', what: String(error) });
  } finally {
    await closeStores(stores);
  }
  return [...findings, ...damagedFiles(places.dataFolder)];
}

async function findingsOf(stores: Stores, told: readonly Told[]): Promise<Finding[]> {
  const events: RecordedEvent[] = [];
  for await (const event of stores.eventStore.readAll()) events.push(event);
  return [
    ...brokenEvents(events),
    ...lostEvents(events, told),
    ...(await recordsOf(stores, events, told)),
    ...(await lostIdentities(stores, told)),
    ...(await brokenViews(stores, events)),
  ];
}

/** Positions and revisions without a gap, and each event as it was written. */
function brokenEvents(events: readonly RecordedEvent[]): Finding[] {
  const next = new Map<string, number>();
  const isWhole = (event: RecordedEvent, at: number): boolean => {
    const { stream, revision, position, ...written } = event;
    const expected = next.get(stream) ?? 0;
    next.set(stream, expected + 1);
    return (
      Number.parseInt(position, 16) === at + 1 &&
      revision === expected &&
      JSON.stringify(sorted(written)) === JSON.stringify(sorted(eventOf(stream, revision)))
    );
  };
  return events
    .filter((event, at) => !isWhole(event, at))
    .map(({ stream, revision, position }) => ({
      kind: 'broken',
      what: `${stream}@${revision} at ${position}`,
    }));
}

const sorted = (event: object) => Object.entries(event).sort(([a], [b]) => (a < b ? -1 : 1));

function lostEvents(events: readonly RecordedEvent[], told: readonly Told[]): Finding[] {
  const there = new Set(events.map(({ id }) => id));
  return told.flatMap((one): Finding[] => {
    if (one.told !== 'appended') return [];
    const revisions = Array.from({ length: one.count }, (_, at) => one.first + at);
    return revisions
      .filter((revision) => !there.has(eventIdOf(one.stream, revision)))
      .map((revision) => ({ kind: 'lost', what: `the event ${one.stream}@${revision}` }));
  });
}

/** What was stored is there, and what an event names, unless its subject is erased; and then it is gone. */
async function recordsOf(
  { vault }: Stores,
  events: readonly RecordedEvent[],
  told: readonly Told[],
): Promise<Finding[]> {
  const streamsTold = (what: Told['told']) =>
    new Set(told.flatMap((one) => (one.told === what && 'stream' in one ? [one.stream] : [])));
  const [erasing, erased] = [streamsTold('erasing'), streamsTold('erased')];
  const places = [
    ...told.flatMap((one) => (one.told === 'stored' ? [{ ...one, kind: 'lost' as const }] : [])),
    ...events
      .filter(({ stream, revision }) => namesRecord(stream, revision))
      .map(({ stream, revision }) => ({ stream, revision, kind: 'broken' as const })),
  ];
  const refs = places.map(({ stream, revision }) => refOf(stream, revision));
  const records = await vault.read(PLATFORM, refs);
  return places.flatMap(({ stream, revision, kind }, at): Finding[] => {
    const value = records[at] && Buffer.from(records[at].value).toString();
    if (erased.has(stream)) {
      return value === undefined ? [] : [{ kind: 'lost', what: `that ${stream} is erased` }];
    }
    if (value === undefined && erasing.has(stream)) return [];
    if (value === recordOf(stream, revision).value) return [];
    return [{ kind, what: `the record of ${stream}@${revision}` }];
  });
}

async function lostIdentities({ vault }: Stores, told: readonly Told[]): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const one of told) {
    if (one.told !== 'reserved') continue;
    const entry = await vault.findIdentity(identityOf(one.stream));
    if (entry?.caseId === one.stream) continue;
    findings.push({ kind: 'lost', what: `the reserved identity of ${one.stream}` });
  }
  return findings;
}

/**
 * A view may have lost its last writes, and is folded on from its checkpoint: so each document is what
 * the log gives up to the document's own position, and none is behind the checkpoint.
 */
async function brokenViews(
  { readStore, eventStore }: Stores,
  events: readonly RecordedEvent[],
): Promise<Finding[]> {
  const view = await readStore.serving<Length>(lengths.name);
  if (!view) return [];
  const checkpoint = await view.checkpoint();
  const findings: Finding[] = [];
  if (checkpoint > (await eventStore.head())) {
    findings.push({ kind: 'broken', what: 'the checkpoint of the view is after the log' });
  }
  const byStream = Map.groupBy(events, ({ stream }) => stream);
  const folded = await view.getForFold([...byStream.keys()]);
  for (const { key, document, position } of folded) {
    const upTo = (to: Position) => byStream.get(key)!.filter((event) => event.position <= to);
    const seen = upTo(position);
    const said = document as Length | null;
    const isRight = (said?.events ?? 0) === seen.length && said?.last === seen.at(-1)?.id;
    const isBehind = upTo(checkpoint).length > seen.length;
    if (!isRight || isBehind || (position === START) !== (said === null)) {
      findings.push({ kind: 'broken', what: `the document of ${key} in the view` });
    }
  }
  return findings;
}

/** What opens also takes what is written next. */
async function goesOn({ eventStore, readStore, vault }: Stores): Promise<void> {
  const stream = 'case-afterwards-0-0';
  await Promise.all([eventStore.ready(), readStore.ready(), vault.ready()]);
  await vault.put([recordOf(stream, 0)]);
  await eventStore.append(stream, 'no-stream', [eventOf(stream, 0)]);
}

function damagedFiles(dataFolder: string): Finding[] {
  const files = readdirSync(dataFolder).filter((name) => name.endsWith('.sqlite'));
  return files.flatMap((name): Finding[] => {
    const db = new DatabaseSync(join(dataFolder, name));
    const verdict = db.prepare('PRAGMA integrity_check(1)').get()?.['integrity_check'];
    db.close();
    return verdict === 'ok' ? [] : [{ kind: 'broken', what: `${name}: ${String(verdict)}` }];
  });
}
