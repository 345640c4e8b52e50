/**
 * All flows: between them, they call every method of every port. Each says which events must come of
 * it, once, however often it was tried. Here are those of what goes on beside the requests.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Projector } from '#infra/projector/projector';
import { type RecordedEvent } from '#kernel/envelope';
import { deriveId } from '#kernel/ids';
import { daysToMs, minutesToMs, plusMs } from '#kernel/instants';
import { LogImporter } from '#modules/exchange/import/log-importer';
import { timelineView } from '#modules/cases/views/timeline.view';
import { screenOnSubmission } from '#processes/screen-on-submission.process';
import { pause } from '../../apps/server/src/pause.ts';
import { Upkeep, UPKEEP_DEFAULTS } from '../../apps/server/src/upkeep.ts';
import { APPROVED, logOf, mappingFor } from '../../libs/modules/exchange/import/import.testkit.ts';
import { until } from '../e2e/world.testkit.ts';
import { type Person } from './clients.testkit.ts';
import { type Field } from './field.testkit.ts';
import {
  type Flow,
  nothing,
  SCREENED,
  SCREENED_LATER,
  screenedLater,
  typesIn,
} from './flow.testkit.ts';
import { poisonProcess, poisonView } from './poison.testkit.ts';
import { REQUESTS } from './requests.testkit.ts';

const LEASE_MS = minutesToMs(31);

const BESIDE: readonly Flow[] = [
  {
    name: 'a lease runs out',
    prepare: (field, person) => field.claimed(person),
    act: async (field, { caseId }) => {
      field.clock.move(LEASE_MS);
      field.server.signOut();
      await until(
        () => typesIn(field, caseId),
        (types) => types.includes('ReviewLeaseExpired'),
      );
    },
    effect: { ReviewLeaseExpired: 1 },
  },
  {
    name: 'a refused attempt is recorded',
    prepare: (field, person) => field.register(person),
    act: async (field, { name }) => {
      await until(
        async () => {
          const { status, body } = await field.server.get('/v1/audit', { as: name });
          if (status !== 403) field.told.push((body as { code: string }).code);
          return status;
        },
        (status) => status === 403,
      );
      // What could not be recorded at once is at the end.
      await field.stop();
      await field.insistOn(() => field.start());
    },
    effect: { AccessDenied: 1 },
  },
  {
    name: 'the vault is kept up',
    prepare: async ({ stores: { vault } }, { name }) => {
      const record = { platform: 'demo', subjectId: name, kind: 'text', value: 'left' } as const;
      await vault.put([{ ref: deriveId('left', name), ...record }]);
      await vault.reserveIdentity(leftBy(name), {
        accountId: deriveId('account', name),
        caseId: deriveId('case', name),
      });
    },
    act: async (field) => {
      await field.insistOn(async () => {
        const trouble: unknown[] = [];
        const upkeep = new Upkeep({
          ...UPKEEP_DEFAULTS,
          stores: field.ported,
          clock: { now: () => plusMs(field.clock.now(), daysToMs(2)) },
          pause,
          onTrouble: ({ error }) => trouble.push(error),
        });
        await upkeep.round();
        if (trouble.length > 0) throw trouble[0];
      });
    },
    effect: {},
    check: async ({ stores: { vault } }, { name }) => {
      expect(await vault.read('demo', [deriveId('left', name)])).toEqual([undefined]);
      expect(await vault.findIdentity(leftBy(name))).toBeUndefined();
    },
  },
  {
    name: 'a subject is erased',
    prepare: async (field, person) => {
      await field.draft(person);
      await field.atRest();
    },
    act: (field, { accountId }) =>
      field.insistOn(() => field.ported.vault.eraseSubject('demo', accountId)),
    effect: {},
    check: async (field, { name, caseId }) => {
      const { body } = await field.get(`/v1/cases/${caseId}`, { as: name });
      const { materials } = body as { materials: { fields: { ref: string }[] }[] };
      const refs = materials.flatMap(({ fields }) => fields.map(({ ref }) => ref));
      expect(refs.length).toBeGreaterThan(0);
      const read = await field.stores.vault.read('demo', refs);
      expect(read.filter((record) => record !== undefined)).toEqual([]);
    },
  },
  {
    name: 'a log is imported',
    prepare: nothing,
    act: async (field, { name }) => {
      const log = join(field.server.folder, `${name}.xes`);
      writeFileSync(log, logOf({ [`${name}-1`]: APPROVED, [`${name}-2`]: APPROVED }));
      const { eventStore } = field.ported;
      const importer = new LogImporter({
        eventStore,
        clock: field.clock,
        pause: () => Promise.resolve(),
      });
      await field.insistOn(() => importer.run({ log, mapping: mappingFor() }));
    },
    effect: {
      CaseOpened: 2,
      CaseSubmitted: 2,
      CaseSupplemented: 2,
      CaseApproved: 2,
      HistoryRecorded: 4,
      ReviewClaimed: 6,
      ReviewReleased: 2,
      ReviewRequested: 4,
      ScreeningCompleted: 4,
      SupplementRequested: 2,
    },
  },
  {
    name: 'a view is rebuilt',
    prepare: nothing,
    act: async (field) => {
      const projector = field.server.app.get(Projector);
      await field.insistOn(() => projector.rebuild('case-detail'));
    },
    effect: {},
  },
  {
    name: 'a document is parked, and mended',
    prepare: async (field, person) => {
      await field.register(person);
      await field.open(person);
      await field.atRest();
    },
    act: async (field, person) => {
      const mend = poisonView(timelineView, isOf(person, 'MaterialProvided'));
      try {
        await field.fill(person, 'phone');
        await standing(field, 'parked-documents');
      } finally {
        mend();
      }
      await setGoing(field, 'parked-documents');
    },
    effect: { MaterialProvided: 1 },
  },
  {
    name: 'a dead letter is left, and driven again',
    prepare: async (field, person) => {
      await field.draft(person);
      await field.atRest();
    },
    act: async (field, person) => {
      const mend = poisonProcess(screenOnSubmission, isOf(person, 'CaseSubmitted'));
      try {
        await field.submit(person);
        await standing(field, 'dead-letters');
      } finally {
        mend();
      }
      await setGoing(field, 'dead-letters');
    },
    effect: SCREENED,
    orElse: SCREENED_LATER,
    later: screenedLater,
  },
  {
    name: 'the server is stopped, and started again',
    prepare: (field, person) => field.waiting(person),
    act: async (field) => {
      await field.stop().catch(() => undefined);
      await field.insistOn(() => field.start());
    },
    effect: {},
  },
];

export const FLOWS: readonly Flow[] = [...REQUESTS, ...BESIDE];

const leftBy = (name: string) => ({
  platform: 'demo',
  type: 'passport:UT',
  number: `left-${name}`,
});

const isOf =
  ({ caseId }: Person, type: string) =>
  (event: RecordedEvent): boolean =>
    event.type === type && event.stream === `case-${caseId}`;

interface Listed {
  readonly items: readonly { readonly id: string }[];
}

const listed = async (field: Field, list: string): Promise<Listed['items']> =>
  ((await field.get(`/v1/operations/${list}`, { as: 'ada' })).body as Listed).items;

const standing = (field: Field, list: string) =>
  until(
    () => listed(field, list),
    (items) => items.length > 0,
  );

/** Until nothing stands still any more: an answer that was lost may have been that it was done. */
async function setGoing(field: Field, list: string): Promise<void> {
  await until(
    async () => {
      const [first] = await listed(field, list);
      if (first) {
        const answer = await field.server.post(`/v1/operations/${list}/${first.id}/retry`, {
          as: 'ada',
        });
        if (answer.status >= 300) field.told.push(String((answer.body as { code: string }).code));
      }
      return first;
    },
    (first) => first === undefined,
  );
}
