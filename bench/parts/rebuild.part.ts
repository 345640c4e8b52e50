/** All views folded anew from a real log, against inserting the documents that come of it and no more. */
import { join } from 'node:path';
import { openSqliteEventStore } from '#infra/event-store/sqlite/sqlite-event-store';
import { catalogue, views } from '../../apps/server/src/catalogue.ts';
import { type Contest, type Part } from '../contest.ts';
import { importLog, newDataFolder } from '../data-folder.ts';
import { benchFolder } from '../folder.ts';
import { foldedMs } from '../fold-views.ts';
import { missingRealLog, realLog } from '../real-log.ts';
import { bulkInsertMs, documentsIn } from '../yardsticks/bulk-insert.ts';

export const rebuildPart: Part = {
  name: 'rebuild',
  ours: 'all views folded anew from the real log, as a start without views.sqlite does',
  yardstick: 'bare inserts of the same documents into as many tables, then the same indexes',
  unit: 'documents/s',
  goal: { atLeast: 0.5 },
  missing: missingRealLog,
  open: async (): Promise<Contest> => {
    const folder = benchFolder();
    const places = newDataFolder(folder.path);
    await importLog(places, realLog());
    const file = join(places.dataFolder, 'events.sqlite');
    const eventStore = await openSqliteEventStore({ file, worker: false });
    const folded = join(places.dataFolder, 'views.sqlite');
    const documents = documentsIn(folded);
    const perSecond = (ms: number) => (documents * 1_000) / ms;
    return {
      ours: async () => {
        const anew = folder.file('views.sqlite');
        const ms = await foldedMs({ eventStore, views, catalogue }, anew);
        if (documentsIn(anew) !== documents) throw new Error('Other documents than were imported.');
        return perSecond(ms);
      },
      yardstick: async () => perSecond(bulkInsertMs(folded, folder.file('bare.sqlite'))),
      facts: () => ({ documents }),
      close: async () => {
        await eventStore.close();
        folder.remove();
      },
    };
  },
};
