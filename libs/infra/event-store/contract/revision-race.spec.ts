/** Whether the contract would find out a store in which writers at one revision do not exclude each other. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { START } from '#kernel/position';
import { changed } from '#kernel/testing/changed';
import { RevisionConflict } from '../event-store.errors.ts';
import { type EventStore } from '../event-store.port.ts';
import { openSqliteEventStore } from '../sqlite/sqlite-event-store.ts';
import { raceFaultsAt } from './revision-race.contract.ts';

const folder = mkdtempSync(join(tmpdir(), 'casetrail-revisions-'));
let store: EventStore;

beforeAll(async () => {
  store = await openSqliteEventStore({ file: join(folder, 'events.sqlite') });
});
afterAll(async () => {
  await store.close();
  rmSync(folder, { recursive: true });
});

/** @param conflict what it does with an append that came too late */
const storeThat = (
  conflict: (again: (at: number) => ReturnType<EventStore['append']>) => unknown,
) =>
  changed<EventStore>(store, {
    append: (stream, expected, events) =>
      store.append(stream, expected, events).catch((error: unknown) => {
        if (!(error instanceof RevisionConflict) || error.actual === 'no-stream') throw error;
        return conflict((at) => store.append(stream, at, events));
      }) as ReturnType<EventStore['append']>,
  });

describe('64 writers at one revision', () => {
  it('have one winner in a store that compares revisions', async () => {
    expect(await raceFaultsAt(store, 'right', 0)).toEqual([]);
    expect(await raceFaultsAt(store, 'right', 1)).toEqual([]);
  });

  it('are found out where the late ones are appended all the same', async () => {
    const after = async (again: (at: number) => ReturnType<EventStore['append']>) => {
      for (let at = 0; ; at++) {
        try {
          return await again(at);
        } catch (error) {
          if (!(error instanceof RevisionConflict)) throw error;
        }
      }
    };
    const faults = await raceFaultsAt(storeThat(after), 'appended', 0);
    expect(faults).toContain('64 have won revision 0');
  });

  it('are found out where the late ones are told that they have won, and are lost', async () => {
    const lies = async () => ({ revision: 0, position: START });
    const faults = await raceFaultsAt(storeThat(lies), 'lost', 0);
    expect(faults).toContain('64 were told that they have won, and 1 are stored');
  });

  it('are found out where the late ones are refused by something else', async () => {
    const faults = await raceFaultsAt(
      storeThat(() => {
        throw new TypeError('too late');
      }),
      'refused',
      0,
    );
    expect(faults).toContain('one is refused by TypeError: too late');
  });
});
