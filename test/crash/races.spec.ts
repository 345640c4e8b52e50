/**
 * What two people do at the very same moment, to two streams: each decides on what the other was before,
 * and both are right. No store can forbid that, so the processes put it right a moment later.
 */
import { rmSync } from 'node:fs';
import { SYSTEM } from '#kernel/actor';
import { deriveId } from '#kernel/ids';
import { plusMs, type Instant } from '#kernel/instants';
import { changed } from '#kernel/testing/changed';
import { VaultUnavailable } from '#infra/vault/vault.port';
import { accountIdOf, accountStream } from '#modules/accounts/index';
import { aPolicy } from '../../libs/modules/cases/case.testkit.ts';
import { CALENDAR_OF_2027 } from '../../libs/modules/platforms/calendar.testkit.ts';
import { NEW_YEARS_EVE } from './scenarios.testkit.ts';
import { HALF_AN_HOUR_LATER, newFolder, person, TWO_HOURS_LATER, World } from './world.testkit.ts';

const freezeId = deriveId('freeze', 'wei');
const freeze = { type: 'FreezeAccount', freezeId, cause: 'compromise', scope: 'all' } as const;
const close = { type: 'CloseAccount', cause: 'holder-request' } as const;
const wei = person('wei', 'applicant');
const ada = person('ada', 'reviewer');
const bob = person('bob', 'senior');
const lea = person('lea', 'lead');
const claim = { type: 'ClaimReview', review: 1 } as const;

let folder: string;
let world: World;
/** What happens once, after the next command to a case was decided and before its events are appended. */
let meanwhile: (() => Promise<void>) | undefined;
/** Whether the vault cannot serve. */
let vaultIsDown = false;

beforeEach(async () => {
  vaultIsDown = false;
  folder = newFolder();
  world = await World.open(folder, {
    over: (stores) => ({
      ...stores,
      eventStore: changed(stores.eventStore, {
        append: async (...args) => {
          const happens = args[0].startsWith('case-') ? meanwhile : undefined;
          if (happens) {
            meanwhile = undefined;
            await happens();
          }
          return stores.eventStore.append(...args);
        },
      }),
      vault: changed(stores.vault, {
        findIdentity: async (key) => {
          if (vaultIsDown) throw new VaultUnavailable('The vault is down.');
          return stores.vault.findIdentity(key);
        },
      }),
    }),
  });
  await world.found();
  await world.register('wei');
});
afterEach(async () => {
  await world.close();
  rmSync(folder, { recursive: true });
});

const lift = () =>
  world.account('wei', { type: 'UnfreezeAccount', freezeId }, person('bob', 'senior'));
const frozen = () => world.account('wei', freeze, lea);
const rejected = async () => {
  await world.waiting('c1', 'wei');
  await world.case('c1', claim, ada);
  const reasons = [{ code: 'illegible', pointer: { material: 'identity' } }];
  await world.case('c1', { type: 'RejectCase', review: 1, final: true, reasons }, ada);
};

describe('a case that moves at the very moment of the freeze', () => {
  const moves: Record<string, { before: () => Promise<void>; move: () => Promise<void> }> = {
    opened: { before: async () => undefined, move: () => world.draft('c1', 'wei') },
    submitted: {
      before: () => world.draft('c1', 'wei'),
      move: () => world.submit('c1', 'wei'),
    },
    appealed: {
      before: rejected,
      move: () =>
        world.case(
          'c1',
          { type: 'AppealCase', statementRef: 'ref', commitment: 'x', files: [] },
          wei,
        ),
    },
    reopened: {
      before: rejected,
      move: () => world.case('c1', { type: 'ReopenCase', cause: 'new-evidence' }, bob),
    },
    claimed: {
      before: () => world.waiting('c1', 'wei'),
      move: () => world.case('c1', claim, ada),
    },
  };

  it.each(Object.keys(moves))(
    'is suspended once it is %s, and goes on when it is lifted',
    async (name) => {
      const { before, move } = moves[name]!;
      await before();
      await world.runProcesses();
      meanwhile = frozen;
      // Its material comes after the freeze, and is refused.
      await move().catch((error: unknown) => {
        if (name !== 'opened') throw error;
      });
      await world.runProcesses();
      expect((await world.typesOf('c1')).at(-1)).toBe('CaseSuspended');

      world.now = TWO_HOURS_LATER;
      await lift();
      await world.runProcesses();
      const types = await world.typesOf('c1');
      expect(types.filter((type) => type === 'CaseSuspended')).toHaveLength(1);
      expect(types.filter((type) => type === 'CaseResumed')).toHaveLength(1);
      // A round that the freeze kept from its screening has been through it now.
      expect(types.filter((type) => type === 'ScreeningCompleted')).toHaveLength(
        name === 'opened' ? 0 : 1,
      );
    },
  );
});

describe('a case that is reopened', () => {
  it('while its account is frozen is suspended at once', async () => {
    await world.waiting('c1', 'wei');
    await world.case('c1', claim, ada);
    await world.case('c1', { type: 'ApproveCase', review: 1 }, ada);
    await frozen();
    await world.runProcesses();
    await world.case('c1', { type: 'ReopenCase', cause: 'fraud-found' }, bob);
    await world.runProcesses();
    expect((await world.typesOf('c1')).slice(-3)).toEqual([
      'CaseReopened',
      'ReviewRequested',
      'CaseSuspended',
    ]);
  });
});

describe('an approval', () => {
  const approve = { type: 'ApproveCase', review: 1 } as const;
  const approved = async () => {
    await world.waiting('c1', 'wei');
    await world.case('c1', claim, ada);
    await world.case('c1', approve, ada);
  };
  const typesOfAccount = async () => {
    const stream = accountStream(accountIdOf('demo', 'wei'));
    return (await world.events(stream)).map(({ type }) => type);
  };

  it('after a reopening that the processes come to late keeps its identity', async () => {
    await approved();
    await world.runProcesses();
    await world.case('c1', { type: 'ReopenCase', cause: 'error-found' }, bob);
    await world.case('c1', { ...claim, review: 2 }, ada);
    await world.case('c1', { ...approve, review: 2 }, ada);
    await world.runProcesses();
    expect(await world.identityOf('wei')).toEqual({ caseId: 'c1', state: 'confirmed' });
    expect((await typesOfAccount()).slice(-2)).toEqual([
      'VerificationRevoked',
      'VerificationGranted',
    ]);
  });

  it('whose identity was freed meanwhile is a dead letter, and makes nobody verified', async () => {
    await approved();
    const [{ identityRef } = { identityRef: '' }] = (await world.events('case-c1'))
      .filter(({ type }) => type === 'CaseApproved')
      .map(({ data }) => data as { identityRef: string });
    await world.stores.vault.releaseIdentity('demo', identityRef, 'c1');
    await expect(world.runProcesses()).rejects.toThrow(/ActionFailed: ConfirmIdentity/);
    expect(await typesOfAccount()).not.toContain('VerificationGranted');
  });
});

describe('a freeze that the processes come to late', () => {
  it('has stopped the clocks at its own moment', async () => {
    await world.waiting('c1', 'wei');
    await world.case('c1', claim, ada);
    await world.runProcesses();
    world.now = HALF_AN_HOUR_LATER;
    await frozen();
    world.now = TWO_HOURS_LATER;
    await world.runProcesses();
    const suspended = (await world.events('case-c1')).at(-1)!;
    expect(suspended.data).toMatchObject({ leaseLeftMs: 1_800_000, reviewLeftMs: 30_600_000 });
  });
});

describe('a freeze that is over before the processes come to it', () => {
  it('has stopped the clocks for as long as it took, though what was due fired in it', async () => {
    await world.waiting('c1', 'wei');
    await world.case('c1', claim, ada);
    await world.runProcesses();
    const claimed = (await world.events('case-c1')).at(-1)!;
    const { leaseUntil } = claimed.data as { leaseUntil: Instant };
    world.now = HALF_AN_HOUR_LATER;
    await frozen();
    world.now = TWO_HOURS_LATER;
    await world.case('c1', { type: 'ExpireLease', review: 1, leaseUntil }, SYSTEM);
    await lift();
    await world.runProcesses();
    expect((await world.events('case-c1')).slice(-2)).toMatchObject([
      { type: 'CaseSuspended', data: { leaseLeftMs: 1_800_000 } },
      { type: 'CaseResumed', data: { leaseUntil: plusMs(TWO_HOURS_LATER, 1_800_000) } },
    ]);
  });
});

describe('an account that is closed', () => {
  it('at the very moment when a case is opened leaves no open case', async () => {
    meanwhile = () => world.account('wei', close, wei);
    await world.draft('c1', 'wei').catch(() => undefined);
    await world.runProcesses();
    expect(await world.typesOf('c1')).toEqual(['CaseOpened', 'CaseWithdrawn']);
  });
});

describe('a reviewer who is suspended', () => {
  it('at the very moment of a claim does not keep it', async () => {
    await world.waiting('c1', 'wei');
    await world.runProcesses();
    meanwhile = () => world.staff('ada', { type: 'SuspendStaff', cause: 'investigation' });
    await world.case('c1', claim, ada);
    await world.runProcesses();
    expect((await world.typesOf('c1')).slice(-2)).toEqual(['ReviewClaimed', 'ReviewReleased']);
  });

  it('at the very moment of an assignment does not keep it', async () => {
    await world.waiting('c1', 'wei');
    await world.runProcesses();
    meanwhile = () => world.staff('ada', { type: 'LeaveStaff' });
    await world.case('c1', { type: 'ReassignReview', review: 1, to: 'ada' }, lea);
    await world.runProcesses();
    expect((await world.typesOf('c1')).slice(-2)).toEqual(['ReviewReassigned', 'ReviewReleased']);
  });
});

describe('a policy that is published', () => {
  const next = aPolicy({ policyVersion: 2, validityDays: 180 });

  it('at the very moment when a draft is opened moves it', async () => {
    await world.runProcesses();
    meanwhile = () => world.publish(next);
    await world.draft('c1', 'wei');
    await world.runProcesses();
    expect((await world.typesOf('c1')).at(-1)).toBe('PolicyChangeApplied');
  });

  it('while a freeze holds a draft moves it as soon as it goes on', async () => {
    await world.draft('c1', 'wei');
    await frozen();
    await world.runProcesses();
    await world.publish(next);
    await world.runProcesses();
    expect((await world.typesOf('c1')).at(-1)).toBe('CaseSuspended');
    await lift();
    await world.runProcesses();
    expect((await world.typesOf('c1')).slice(-2)).toEqual(['CaseResumed', 'PolicyChangeApplied']);
  });
});

describe('a screening while the vault cannot serve', () => {
  it('is recorded as failed, holds up nobody else, and is made when its time comes again', async () => {
    await world.draft('c1', 'wei');
    await world.submit('c1', 'wei');
    vaultIsDown = true;
    await world.runProcesses();
    expect((await world.events('case-c1')).at(-1)).toMatchObject({
      type: 'ScreeningFailed',
      data: { attempt: 1, retryAt: plusMs(world.now, 60_000) },
    });
    vaultIsDown = false;
    await world.case('c1', { type: 'ScreenCase', round: 1 }, SYSTEM);
    expect((await world.typesOf('c1')).slice(-2)).toEqual([
      'ScreeningCompleted',
      'ReviewRequested',
    ]);
  });
});

describe('calendar data of a year that due times reach into', () => {
  const extend = () => world.platform({ type: 'ExtendCalendar', addition: CALENDAR_OF_2027 });
  const duesOf = async () =>
    (await world.events('case-c1'))
      .filter(({ type }) => type === 'DueReissued')
      .map(({ data }) => data);
  const settled = (which: string) => ({ which, clock: { due: { provisional: false } } });

  it('is missed with an alarm, and settles both clocks of a case when it arrives', async () => {
    world.now = NEW_YEARS_EVE;
    await world.waiting('c1', 'wei');
    await world.runProcesses();
    const alarms = (await world.events('platform-demo')).filter(
      ({ type }) => type === 'CalendarGapFound',
    );
    expect(alarms).toMatchObject([{ data: { years: [2027] } }]);
    expect(await duesOf()).toEqual([]);
    await extend();
    await world.runProcesses();
    expect(await duesOf()).toMatchObject([settled('review'), settled('overall')]);
  });

  it('settles a clock that was started at the very moment when it arrived', async () => {
    world.now = NEW_YEARS_EVE;
    await world.draft('c1', 'wei');
    await world.runProcesses();
    meanwhile = extend;
    await world.submit('c1', 'wei');
    await world.runProcesses();
    expect(await duesOf()).toMatchObject([settled('overall')]);
  });
});
