/**
 * Whether the views that a killed server left, brought up to date by those who keep them, are to the
 * byte what a rebuild folds from the log alone. Both on copies: what the next server finds is the kill's.
 */
import { cpSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { type ReadStore } from '#infra/read-store/read-store.port';
import { systemClock } from '#kernel/clock';
import { randomIds } from '#kernel/ids';
import { bringViewsUpToDate } from '../../../apps/cli/src/views-at-head.ts';
import { views } from '../../../apps/server/src/catalogue.ts';
import { closeStores, openStores, type Stores } from '../../../apps/server/src/stores.ts';

export interface Places {
  readonly dataFolder: string;
  readonly keyFile: string;
}

const VIEWS = ['', '-wal', '-shm'].map((suffix) => `views.sqlite${suffix}`);

/** What a server folds anew when it finds none. */
export function loseViews({ dataFolder }: Places): void {
  for (const file of VIEWS) rmSync(join(dataFolder, file), { force: true });
}

export async function within<T>(places: Places, work: (stores: Stores) => Promise<T>): Promise<T> {
  const stores = await openStores({ ...places, clock: systemClock, ids: randomIds });
  try {
    return await work(stores);
  } finally {
    await closeStores(stores);
  }
}

async function broughtUpToDate(places: Places): Promise<void> {
  const errors: string[] = [];
  const surroundings = {
    err: (text: string) => errors.push(text),
    signal: new AbortController().signal,
  };
  await within(places, (stores) => bringViewsUpToDate(stores, surroundings));
  if (errors.length > 0) throw new Error(errors.join(''));
}

export type Rows = ReadonlyMap<string, string>;

/** Every document of every view that serves, and every tombstone, as it lies in the file. */
export function documentsIn(
  dataFolder: string,
  isWanted: (view: string) => boolean,
): ReadonlyMap<string, Rows> {
  const db = new DatabaseSync(join(dataFolder, 'views.sqlite'));
  try {
    const serving = db
      .prepare(`SELECT id, name FROM view_version WHERE state = 'serving' ORDER BY name`)
      .all() as { id: number; name: string }[];
    return new Map(
      serving
        .filter(({ name }) => isWanted(name))
        .map(({ id, name }) => {
          const rows = db.prepare(`SELECT key, position, doc FROM docs_${id} ORDER BY key`).all();
          return [name, new Map(rows.map(({ key, ...row }) => [String(key), JSON.stringify(row)]))];
        }),
    );
  } finally {
    db.close();
  }
}

export function differences(
  found: ReadonlyMap<string, Rows>,
  wanted: ReadonlyMap<string, Rows>,
): string[] {
  const faults: string[] = [];
  for (const name of new Set([...found.keys(), ...wanted.keys()])) {
    const ones = found.get(name) ?? new Map<string, string>();
    const others = wanted.get(name) ?? new Map<string, string>();
    for (const key of new Set([...ones.keys(), ...others.keys()])) {
      if (ones.get(key) === others.get(key)) continue;
      faults.push(
        `the document ${key} of ${name} is ${ones.get(key) ?? 'not there'}; folded anew it is ${others.get(key) ?? 'not there'}`,
      );
    }
  }
  return faults;
}

/** @param scratch a folder that may be filled and is emptied. @returns in words what differs */
export async function viewFaultsOf(places: Places, scratch: string): Promise<string[]> {
  const kept = { ...places, dataFolder: join(scratch, 'kept') };
  const anew = { ...places, dataFolder: join(scratch, 'anew') };
  try {
    for (const { dataFolder } of [kept, anew]) {
      cpSync(places.dataFolder, dataFolder, { recursive: true });
    }
    loseViews(anew);
    await broughtUpToDate(kept);
    await broughtUpToDate(anew);
    const names = new Set(views.map(({ name }) => name));
    const isView = (name: string) => names.has(name);
    return [
      ...differences(documentsIn(kept.dataFolder, isView), documentsIn(anew.dataFolder, isView)),
      ...(await within(kept, ({ readStore }) => parkedIn(readStore))),
    ];
  } finally {
    for (const { dataFolder } of [kept, anew]) {
      rmSync(dataFolder, { recursive: true, force: true });
    }
  }
}

async function parkedIn(readStore: ReadStore): Promise<string[]> {
  const status = await readStore.status();
  return status
    .filter(({ parked }) => parked > 0)
    .map(({ name, parked }) => `${parked} of ${name} are parked`);
}
