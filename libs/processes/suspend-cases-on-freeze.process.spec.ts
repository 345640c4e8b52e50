import { deriveId } from '#kernel/ids';
import { type AccountEvent } from '#modules/accounts/index';
import {
  after,
  LATER,
  MONDAY,
  ofAccount,
  ofCase,
  opened,
  resumed,
  submitted,
  toCase,
} from './process.testkit.ts';
import { suspendCasesOnFreeze } from './suspend-cases-on-freeze.process.ts';

const freezeId = (n: number) => deriveId('freeze', n);
const frozen = (n = 1, occurredAt = MONDAY) =>
  ofAccount(
    {
      type: 'AccountFrozen',
      data: { freezeId: freezeId(n), cause: 'compromise', scope: 'all' },
    },
    { occurredAt },
  );
const unfrozen = (stillFrozen = false) =>
  ofAccount({
    type: 'AccountUnfrozen',
    data: { freezeId: freezeId(1), how: 'lifted', stillFrozen },
  });
const banned = ofAccount({ type: 'AccountBanned', data: { cause: 'fraud' } });
const closed = ofAccount({
  type: 'AccountClosed',
  data: { cause: 'holder-request' },
} satisfies AccountEvent);

const suspend = (id: string, since = MONDAY, n = 1) =>
  toCase(id, { type: 'SuspendCase', freezeId: freezeId(n), cause: 'compromise', since });
const resume = (id: string) => toCase(id, { type: 'ResumeCase' });
const end = (id: string) => toCase(id, { type: 'EndCaseOfClosedAccount' });

const supplemented = ofCase('c1', { type: 'CaseSupplemented', data: { round: 2 } });
const appealed = ofCase('c1', {
  type: 'CaseAppealed',
  data: { appeal: 1, statementRef: 'ref', commitment: 'x', files: [], accountRevision: 1 },
});
const reopened = ofCase('c1', {
  type: 'CaseReopened',
  data: { by: 'sen', cause: 'fraud-found', revokesApproval: true, staffRevision: 0 },
});

describe('a freeze', () => {
  it('suspends every case of the account, from its own moment on', () => {
    const two = after(suspendCasesOnFreeze, opened('c1'), submitted('c1'), opened('c2'));
    expect(two.reactsTo(frozen(1, LATER))).toEqual([suspend('c1', LATER), suspend('c2', LATER)]);
  });

  it('of an account without cases suspends nothing', () => {
    expect(after(suspendCasesOnFreeze).reactsTo(frozen())).toEqual([]);
  });

  it('reaches cases that were brought in, once it is one of here', () => {
    const brought = opened('c1', { imported: true });
    expect(after(suspendCasesOnFreeze, brought).reactsTo(frozen())).toEqual([suspend('c1')]);
  });

  it.each([
    ['opened', opened('c1')],
    ['submitted', submitted('c1')],
    ['supplemented', supplemented],
    ['appealed', appealed],
    ['reopened', reopened],
    ['resumed', resumed('c1')],
  ])('suspends a case that is %s just after it, from the moment of the freeze on', (_, event) => {
    const stopped = after(suspendCasesOnFreeze, opened('c0'), frozen());
    expect(stopped.reactsTo(event)).toEqual([suspend('c1')]);
  });

  it.each([
    ['opened', opened('c1')],
    ['submitted', submitted('c1')],
    ['appealed', appealed],
    ['reopened', reopened],
    ['resumed', resumed('c1')],
  ])('that is none, or is lifted, leaves a case that is %s alone', (_, event) => {
    expect(after(suspendCasesOnFreeze).reactsTo(event)).toEqual([]);
    expect(after(suspendCasesOnFreeze, frozen(), unfrozen()).reactsTo(event)).toEqual([]);
  });

  it('beside another leaves the moment at which the cases stopped', () => {
    const both = after(suspendCasesOnFreeze, opened('c1'), frozen(1, MONDAY));
    expect(both.reactsTo(frozen(2, LATER))).toEqual([suspend('c1', MONDAY)]);
    const after2 = after(suspendCasesOnFreeze, frozen(1, MONDAY), frozen(2, LATER));
    expect(after2.reactsTo(opened('c2'))).toEqual([suspend('c2', MONDAY)]);
  });

  it('after one that was lifted has a moment of its own', () => {
    const again = after(suspendCasesOnFreeze, opened('c1'), frozen(), unfrozen());
    expect(again.reactsTo(frozen(2, LATER))).toEqual([suspend('c1', LATER, 2)]);
  });
});

describe('a ban', () => {
  it('suspends every case, and those that are moved just after it', () => {
    const since = banned.metadata.occurredAt;
    const suspended = (id: string) =>
      toCase(id, { type: 'SuspendCase', freezeId: banned.id, cause: 'fraud', since });
    expect(after(suspendCasesOnFreeze, opened('c1')).reactsTo(banned)).toEqual([suspended('c1')]);
    expect(after(suspendCasesOnFreeze, banned).reactsTo(opened('c1'))).toEqual([suspended('c1')]);
  });
});

describe('the end of a freeze', () => {
  it('resumes every case', () => {
    const two = after(suspendCasesOnFreeze, opened('c1'), opened('c2'), frozen());
    expect(two.reactsTo(unfrozen())).toEqual([resume('c1'), resume('c2')]);
  });

  it('resumes the cases that were opened during it too', () => {
    const during = after(suspendCasesOnFreeze, frozen(), opened('c1'));
    expect(during.reactsTo(unfrozen())).toEqual([resume('c1')]);
  });

  it('resumes nothing while another freeze stands', () => {
    const both = after(suspendCasesOnFreeze, opened('c1'), frozen(1), frozen(2));
    expect(both.reactsTo(unfrozen(true))).toEqual([]);
    const one = after(suspendCasesOnFreeze, frozen(1), frozen(2), unfrozen(true));
    expect(one.reactsTo(opened('c1'))).toEqual([suspend('c1')]);
  });
});

describe('a closure', () => {
  it('ends every case, and those that were opened at that very moment', () => {
    const two = after(suspendCasesOnFreeze, opened('c1'), opened('c2'));
    expect(two.reactsTo(closed)).toEqual([end('c1'), end('c2')]);
    const gone = after(suspendCasesOnFreeze, opened('c1'), closed);
    expect(gone.reactsTo(opened('c3'))).toEqual([end('c3')]);
    expect(gone.reactsTo(submitted('c1'))).toEqual([end('c1')]);
  });

  it('of a banned account ends cases that are suspended', () => {
    const banned1 = after(suspendCasesOnFreeze, opened('c1'), banned);
    expect(banned1.reactsTo(closed)).toEqual([end('c1')]);
    expect(after(suspendCasesOnFreeze, banned, closed).reactsTo(opened('c1'))).toEqual([end('c1')]);
  });
});

describe('a case', () => {
  it('belongs to the account that its events name, and to none where they name none', () => {
    const { key } = suspendCasesOnFreeze;
    expect(key(opened('c1') as Parameters<typeof key>[0])).toBe('acc-1');
    expect(key(frozen() as Parameters<typeof key>[0])).toBe('acc-1');
    const nobodys = {
      ...opened('c1'),
      metadata: { ...opened('c1').metadata, accountId: undefined },
    };
    expect(key(nobodys as unknown as Parameters<typeof key>[0])).toBeNull();
  });
});
